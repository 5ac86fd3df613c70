"""What checks look at."""

from dataclasses import dataclass

from doctor.facts import Facts
from doctor.phones import Phones
from doctor.settings import DoctorSettings
from doctor.web import Web
from doctor.wire import Wire
from parley.bus import Bus


@dataclass(frozen=True)
class Subject:
    """A running stack, by every way there is to it."""

    settings: DoctorSettings
    facts: Facts
    """As the host sees it."""
    web: Web
    wire: Wire
    bus: Bus
    phones: Phones
