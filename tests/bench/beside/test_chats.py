"""What visitors of the benchmark see of a chat."""

import asyncio
import json

import pytest

from bench.beside.chats import Lines


def told(*lines: tuple[int, str]) -> str:
    return f"data: {json.dumps({'lines': [{'id': number, 'who': who} for number, who in lines]})}"


async def test_a_question_is_answered_by_what_the_agent_writes_after_it() -> None:
    lines = Lines()
    lines.take(told((0, "agent"), (1, "visitor")))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lines.after(1), 0.05)
    waiting = asyncio.create_task(lines.after(1))
    await asyncio.sleep(0)
    lines.take(told((2, "visitor")))
    await asyncio.sleep(0)
    assert not waiting.done()
    lines.take(told((3, "agent")))
    await asyncio.wait_for(waiting, 1)


@pytest.mark.parametrize("line", ["", ": alive", "event: news", "id: 7"])
def test_other_lines_of_the_stream_say_nothing(line: str) -> None:
    lines = Lines()
    lines.take(line)
    assert not lines.agents
