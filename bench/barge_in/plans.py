"""Which sounds are made in which call, so that all kinds come as often as they are wanted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from bench.barge_in.sounds import Sound, Sounds

_IDLE = {"backchannel": 5, "cough": 3, "click": 2, "music": 3, "babble": 3, "line_noise": 2}
"""How many of each come in every round of sounds that are no interruptions."""


@dataclass(frozen=True)
class Plan:
    """One call: sounds that must not interrupt, then one that must; after a goodbye the same over the farewell."""

    phases: tuple[tuple[Sound, ...], ...]


def plans(sounds: Sounds) -> Iterator[Plan]:
    """Spread interruptions, and as many other sounds, over calls without end."""
    idle = _idle(sounds)
    for number in count():
        first = next(idle)
        if number % 2:
            yield Plan(((first, sounds.bye(number)), (next(idle), sounds.human(number))))
        else:
            yield Plan(((first, sounds.synthetic(number)),))


def _idle(sounds: Sounds) -> Iterator[Sound]:
    order = [kind for kind, often in _IDLE.items() for _ in range(often)]
    np.random.default_rng(3).shuffle(order)
    for number in count():
        kind = order[number % len(order)]
        yield sounds.backchannel(number) if kind == "backchannel" else sounds.noise(kind, number)
