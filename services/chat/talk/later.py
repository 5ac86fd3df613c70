"""A visitor who wants to be called at a time: "call me back tomorrow at five". Pure."""

import datetime
from zoneinfo import ZoneInfo

from gateway.values import moments
from parley.agents import Agent
from parley.agents.schema import AgentFile
from parley.outbound.rules import looked_up


def caller_back(file: AgentFile, name: str) -> str:
    """Who of an agent's people calls back who asked for a target, or (empty) for anybody; empty: nobody does."""
    names = [name] if name else [file.person or "", *file.targets]
    return next((each for each in names if each in file.targets and file.targets[each].callback), "")


def wanted(agent: Agent, text: str, now: datetime.datetime) -> moments.Wanted:
    """When a visitor wants to be called, on the clock of the agent's hours: where they are is not known yet."""
    return moments.wanted(text, agent.file.language, now.astimezone(_own_clock(agent)))


def there(agent: Agent, number: str, at: float) -> datetime.datetime:
    """The moment (Unix time in seconds) that was understood, on the clock where the number is, if it tells that: who
    writes "at five" means their own.
    """
    meant, zones = datetime.datetime.fromtimestamp(at, _own_clock(agent)), looked_up(number)[1]
    return meant.replace(tzinfo=ZoneInfo(zones[0])) if len(zones) == 1 else meant


def _own_clock(agent: Agent) -> datetime.tzinfo:
    return ZoneInfo(agent.file.hours.timezone) if agent.file.hours else datetime.UTC
