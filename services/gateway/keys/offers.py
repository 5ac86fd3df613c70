"""What a caller may choose when nobody takes the call: a menu made of the target's `unavailable`. Pure."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from parley import languages
from parley.agents import Agent
from parley.agents.dialogue import Menu, Option
from parley.languages import LineName

Way = Literal["wait", "voicemail", "agent"]

OFFER = "offer"
"""The menu of a caller whose person is not there."""
TIMEOUT_S = 8.0
_KEYS: Mapping[Way, str] = {"wait": "1", "voicemail": "2", "agent": "3"}
_LINES: Mapping[Way, LineName] = {
    "wait": "offer_wait",
    "voicemail": "offer_voicemail",
    "agent": "offer_agent",
}


def with_offer(agent: Agent, target: str) -> dict[str, Menu]:
    """Return an agent's menus, and what is offered in place of a target among them, if anything is."""
    menu = offer(agent, target) if target in agent.file.targets else None
    return {**agent.file.menus, **({OFFER: menu} if menu is not None else {})}


def offer(agent: Agent, target: str) -> Menu | None:
    """Return the choices that the agent's file allows for a target; None when it allows none."""
    ways = agent.file.targets[target].unavailable
    if not ways:
        return None
    words = msgspec.structs.asdict(languages.get(agent.file.language).choices)
    to = {"wait": f"target:{target}", "voicemail": "voicemail", "agent": "agent"}
    return Menu(
        say=" ".join(agent.line(_LINES[way]) for way in ways),
        options={_KEYS[way]: Option(to=to[way], label=way, words=words[way]) for way in ways},
        timeout_s=TIMEOUT_S,
        retries=1,
    )
