"""A call that is monitored: all that is heard is told, whether it is speech or not."""

import numpy as np

from gateway.media.events import CallerHeard
from parley.audio import FRAME_SAMPLES
from tests.gateway.media.test_plane import HOST, PORT, QUIET, Desk, speech


def test_all_that_is_heard_is_told_while_it_is_wanted() -> None:
    desk = Desk()
    desk.tick(speech(1), times=20)
    assert desk.told(CallerHeard) == []
    desk.plane.set_monitored("a", True)
    desk.tick(speech(1), times=10)
    desk.tick(QUIET, times=30)
    desk.plane.set_monitored("a", False)
    desk.tick(QUIET, times=10)
    heard = desk.told(CallerHeard)
    pcm = np.concatenate([event.pcm for event in heard])
    assert len(pcm) == 40 * FRAME_SAMPLES
    assert np.count_nonzero(pcm) == np.count_nonzero(speech(10))
    assert [event.speech for event in (heard[0], heard[-1])] == [True, False]


def test_a_call_that_gets_the_row_of_a_monitored_one_is_not() -> None:
    desk = Desk(capacity=1)
    desk.plane.set_monitored("a", True)
    desk.tick(QUIET)
    desk.plane.remove("a")
    desk.plane.add("b", HOST, PORT, interruptible=True)
    desk.tick(QUIET, times=5)
    assert {event.call for event in desk.told(CallerHeard)} <= {"a"}
