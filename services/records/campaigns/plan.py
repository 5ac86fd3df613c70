"""What a campaign is, `campaigns/<name>.yaml`; its list is read by lists.py. Pure."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from parley.agents import document
from parley.agents.types import END
from parley.errors import AgentFileError
from parley.outbound.week import Week
from parley.telephone import numbers

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_PLACE = re.compile(r"^(.*?)(?: - at (?:`key` in )?`\$\.?([^`]*)`)?$", re.DOTALL)
"""What msgspec says is wrong, and where."""
_NAMED = re.compile(r"(?:missing required|unknown) field `([^`]+)`")

Again = Literal["busy", "no_answer", "failed", "machine", "message_left"]
"""Outcomes after which somebody may be tried again; `machine`: one has answered, and was told nothing."""
MACHINES: tuple[Again, ...] = ("machine", "message_left")


class Retry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often, and when, somebody is tried again."""

    times: Annotated[int, msgspec.Meta(ge=0, le=10)]
    after_s: Annotated[float, msgspec.Meta(ge=60, le=30 * 86_400.0)]


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file of a campaign."""

    agent: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}" + END)]
    greeting: Annotated[str, msgspec.Meta(max_length=600)] = ""
    """Said first, with the row's variables for their names in braces; empty: the agent's own."""
    voicemail: Annotated[str, msgspec.Meta(max_length=600)] = ""
    """Said to a voicemail that answers, likewise; empty: it is hung up on."""
    caller_id: Annotated[str, msgspec.Meta(pattern=r"^(\+?[0-9]{2,15})?" + END)] = ""
    """The number that is shown; empty: the first of DIAL_CALLER_IDS."""
    hours: str = ""
    """As DIAL_HOURS, on the clock of whoever is called: narrower than these, if anything; empty: no narrower."""
    at_once: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    """Calls at a time."""
    ring_s: Annotated[float, msgspec.Meta(ge=5, le=120)] = 30.0
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?" + END)] = ""
    """ISO 3166 code of the country whose numbers are meant where the list has none."""
    retries: dict[Again, Retry] = {}

    @property
    def week(self) -> Week | None:
        """The hours; None: the gateway's alone."""
        return Week.read(self.hours) if self.hours else None


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who is to be called."""

    number: str
    """E.164, or an extension of the house."""
    consent: str
    """By what they have agreed to it; empty: they have not."""
    variables: dict[str, str] = field(default_factory=dict)


class WrongPlan(ValueError):
    """What is wrong with a campaign's file."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        """As `retries.busy.times`; empty: the whole of it."""
        self.reason = reason


def read_plan(text: str) -> Plan:
    """Read a campaign's file, YAML or JSON; raise WrongPlan."""
    try:
        raw = document.parse(Path(), text.encode(errors="surrogatepass")).raw
    except AgentFileError as error:
        place = f"line {error.line}: " if error.line else ""
        raise WrongPlan(error.field, f"{place}{error.reason}") from error
    return plan_of(raw)


def plan_of(raw: Any) -> Plan:
    """The plan of what stands in a file, as values; raise WrongPlan."""
    try:
        plan = msgspec.convert(raw, Plan)
    except msgspec.ValidationError as error:
        raise _wrong(str(error)) from error
    try:
        _ = plan.week
    except ValueError as error:
        raise WrongPlan("hours", str(error)) from error
    if plan.country and not numbers.known(plan.country):
        raise WrongPlan("country", f"{plan.country} is no country")
    return plan


def _wrong(told: str) -> WrongPlan:
    place = _PLACE.match(told)
    assert place is not None  # it matches everything
    named = _NAMED.search(place[1])
    parts = (place[2] or "", named[1] if named else "")
    return WrongPlan(".".join(part for part in parts if part), place[1])
