"""What the long calls say is answered for as long as they go on, and what may not grow is told from what may."""

import itertools

from bench.soak.__main__ import QUESTIONS, leaks
from gateway.turns.repetition import REMEMBERED, WAITS_AFTER, times_said


def test_no_question_is_asked_so_often_that_the_agent_takes_the_caller_for_a_machine() -> None:
    said: tuple[str, ...] = ()
    for question in itertools.islice(itertools.cycle(QUESTIONS), 200):
        assert times_said(question, said) < WAITS_AFTER, question
        said = (*said, question)[-REMEMBERED:]


def test_memory_may_grow_and_open_files_may_not() -> None:
    grown = {"gateway_fds_grown": 2.0, "stt_memory_mib_grown": 30.0, "redis_keys_that_stay_grown": -1.0}
    assert leaks(grown) == {"gateway_fds_grown": 2.0}
