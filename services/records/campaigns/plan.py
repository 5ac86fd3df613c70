"""What a campaign is: `campaigns/<name>.yaml`, and its list `campaigns/<name>.csv`. Pure; raises ValueError naming what
is wrong.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
import yaml

from parley.outbound.week import Week
from parley.telephone import numbers
from parley.telephone.numbers import TO

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
MOST_ROWS = 100_000
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MOST_VARIABLES, _LONGEST = 20, 200
_NO = {"", "no", "nein", "false", "0", "-"}
"""What a list's column `consent` has where nobody has agreed to anything."""
_CONTROL = re.compile(r"[\x00-\x1f]")

Again = Literal["busy", "no_answer", "failed", "machine", "message_left"]
"""Outcomes after which somebody may be tried again; `machine`: one has answered, and was told nothing."""
MACHINES: tuple[Again, ...] = ("machine", "message_left")


class Retry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often, and when, somebody is tried again."""

    times: Annotated[int, msgspec.Meta(ge=0, le=10)]
    after_s: Annotated[float, msgspec.Meta(ge=60, le=30 * 86_400.0)]


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file of a campaign."""

    agent: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
    greeting: Annotated[str, msgspec.Meta(max_length=600)] = ""
    """Said first, with the row's variables for their names in braces; empty: the agent's own."""
    voicemail: Annotated[str, msgspec.Meta(max_length=600)] = ""
    """Said to a voicemail that answers, likewise; empty: it is hung up on."""
    caller_id: Annotated[str, msgspec.Meta(pattern=r"^(\+?[0-9]{2,15})?$")] = ""
    """The number that is shown; empty: the first of DIAL_CALLER_IDS."""
    hours: str = ""
    """As DIAL_HOURS, on the clock of whoever is called: narrower than these, if anything; empty: no narrower."""
    at_once: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    """Calls at a time."""
    ring_s: Annotated[float, msgspec.Meta(ge=5, le=120)] = 30.0
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")] = ""
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


def read_plan(text: str) -> Plan:
    """Read a campaign's file."""
    try:
        plan = msgspec.convert(yaml.safe_load(text), Plan)
    except yaml.YAMLError as error:
        raise ValueError(f"is no YAML: {error}") from error
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    try:
        _ = plan.week
    except ValueError as error:
        raise ValueError(f"hours: {error}") from error
    if plan.country and not numbers.known(plan.country):
        raise ValueError(f"country: {plan.country} is no country")
    return plan


def read_list(text: str, country: str) -> list[Row]:
    """Read a campaign's list: a header with `number` and `consent`, all other columns are variables."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    names = [name.strip() for name in table.fieldnames or ()]
    for needed in ("number", "consent"):
        if needed not in names:
            raise ValueError(f"line 1: needs a column {needed}")
    variables = [name for name in names if name not in ("number", "consent")]
    if wrong := next((name for name in variables if not _VARIABLE.fullmatch(name)), None):
        raise ValueError(f"line 1: {wrong!r} cannot be a variable's name: small letters, digits and _")
    if len(names) != len(set(names)) or len(variables) > _MOST_VARIABLES:
        raise ValueError(f"line 1: a column stands twice, or there are more than {_MOST_VARIABLES} variables")
    table.fieldnames = names
    rows: dict[str, Row] = {}
    try:
        for cells in table:
            row = _row(cells, variables, country, table.line_num)
            if row.number in rows:
                raise ValueError(f"line {table.line_num}: this number stands twice")
            rows[row.number] = row
    except csv.Error as error:
        raise ValueError(f"line {table.line_num}: {error}") from error
    if len(rows) > MOST_ROWS:
        raise ValueError(f"has more than {MOST_ROWS} numbers")
    return list(rows.values())


def _row(cells: dict[Any, Any], variables: list[str], country: str, line: int) -> Row:
    if None in cells or None in cells.values():
        raise ValueError(f"line {line}: has another number of columns than the first one")
    number = numbers.normal(cells["number"], country)
    if not re.fullmatch(TO, number):
        raise ValueError(f"line {line}: {cells['number']!r} is no number with its country, and no extension")
    values = {name: cells[name].strip() for name in variables}
    for name, value in (*values.items(), ("consent", cells["consent"])):
        if len(value) > _LONGEST or _CONTROL.search(value):
            raise ValueError(f"line {line}: {name} has more than {_LONGEST} characters, or several lines")
    consent = cells["consent"].strip()
    return Row(number, "" if consent.lower() in _NO else consent, values)
