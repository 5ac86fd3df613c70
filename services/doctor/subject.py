"""What checks look at."""

from dataclasses import dataclass

from doctor.probes.facts import Facts
from doctor.probes.phones import Phones
from doctor.probes.web import Web
from doctor.probes.wire import Wire
from doctor.settings import DoctorSettings
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
