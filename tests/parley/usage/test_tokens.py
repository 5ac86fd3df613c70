import asyncio
from contextlib import suppress

import pytest

from parley.errors import EngineError
from parley.usage import tally
from parley.usage.tally import Use
from parley.usage.tokens import Tokens

ASKED = [
    {"role": "system", "content": "x" * 30},
    {"role": "assistant", "content": None},
    {"content": "x" * 10},
]


RAISED = (EngineError, asyncio.CancelledError, GeneratorExit)


def counted(error: BaseException | None = None, *, written: int = 0, told: bool = False) -> list[Use]:
    with tally.counting() as done, suppress(*RAISED), Tokens("big", ASKED, [{"name": "hang_up"}]) as tokens:
        for _ in range(written):
            tokens.wrote("word")
        tokens.wrote("")
        if told:
            tokens.told(120, 100, 7)
        if error is not None:
            raise error
    return done.uses


def test_the_server_counts() -> None:
    use = Use(part="llm", engine="big", requests=1, read=120, cached=100, written=7)
    assert counted(written=3, told=True) == [use]
    assert counted(EngineError("protocol", ""), told=True) == [use]


def test_what_it_does_not_tell_is_estimated() -> None:
    # 40 characters, and 18 of the function.
    assert counted(written=3) == [Use(part="llm", engine="big", requests=1, read=14, written=3, estimated=1)]


@pytest.mark.parametrize("error", [asyncio.CancelledError(), GeneratorExit()])
def test_an_answer_that_is_called_off_has_been_read_for(error: BaseException) -> None:
    (use,) = counted(error)
    assert (use.read, use.written, use.estimated) == (14, 0, 1)


def test_a_request_that_fails_costs_what_came_before() -> None:
    assert counted(EngineError("http", "429")) == []
    (use,) = counted(EngineError("protocol", "the answer broke off"), written=2)
    assert (use.read, use.written) == (14, 2)
