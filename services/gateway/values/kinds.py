"""Which kind of value agent.yaml asks for."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.values.codes import Code, plate, postal_code
from gateway.values.dates import Date
from gateway.values.emails import Email
from gateway.values.hours.times import Time
from gateway.values.kind import Kind
from gateway.values.names import Name
from gateway.values.picks import Amount, OneOf, YesNo
from gateway.values.rows import Phone, Row
from parley.agents.dialogue import Collect, CollectKind


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when it is told."""

    language: str
    country: str
    """ISO 3166 code, or empty."""
    today: datetime.date
    """In the agent's time zone."""


_KINDS: Mapping[CollectKind, Callable[[Collect, Setting], Kind]] = {
    "digits": lambda wanted, setting: Row(wanted.digits, setting.language),
    "number": lambda wanted, setting: Amount(wanted.range, setting.language),
    "phone": lambda _, setting: Phone(setting.country, setting.language),
    "date": lambda wanted, setting: Date(wanted.when, setting.today, setting.language),
    "time": lambda _, setting: Time(setting.language),
    "email": lambda _, setting: Email(setting.language),
    "name": lambda _, setting: Name(setting.language),
    "spelled": lambda wanted, setting: Code(wanted.letters, setting.language),
    "yes-no": lambda _, setting: YesNo(setting.language),
    "one-of": lambda wanted, setting: OneOf(wanted.options, setting.language),
    "postal-code": lambda _, setting: postal_code(setting.country, setting.language),
    "plate": lambda _, setting: plate(setting.country, setting.language),
}


def kind_of(wanted: Collect, setting: Setting) -> Kind:
    """What understands the value that is wanted."""
    return _KINDS[wanted.kind](wanted, setting)
