import time

import pytest

from chat.steering import obey
from parley.messages import Command, CommandAnswer, Verb, decode
from tests.chat.conftest import Scene, asked, lines


async def ordered(
    scene: Scene, chat: str, verb: Verb, value: str = "", *, late: bool = False
) -> CommandAnswer:
    """Have something done with a chat, and return what was answered."""
    until = time.time() + (-1 if late else 10)
    command = Command(call=chat, id=f"{verb}-{value}", verb=verb, value=value, until=until)
    await obey(scene.house, scene.bus.commands(), command)
    _, answer = await scene.bus._redis.blpop([f"command:{command.id}"], timeout=5)
    found = decode(answer)
    assert isinstance(found, CommandAnswer)
    return found


@pytest.mark.parametrize(
    ("verb", "value", "reason"),
    [
        ("give_back", "", "no person has the chat"),
        ("say", "  ", "there are no words to say"),
        ("skip", "", "what was written stays"),
        ("transfer", "nobody", "there is no such target; the agent has sales"),
        ("language", "xx", "the agent speaks de, en"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_says_why(
    scene: Scene, verb: Verb, value: str, reason: str
) -> None:
    talk = await scene.begin()
    answer = await ordered(scene, talk.id, verb, value)
    assert (answer.result, answer.reason) == ("refused", reason)


async def test_a_chat_is_taken_once_and_is_no_agents_then(scene: Scene) -> None:
    talk = await scene.begin()
    assert (await ordered(scene, talk.id, "take", late=True)).reason == "it came too late"
    assert (await ordered(scene, talk.id, "take")).result == "done"
    for verb in ("take", "transfer", "language"):
        assert (await ordered(scene, talk.id, verb)).result == "refused"  # type: ignore[arg-type]
    assert (await ordered(scene, talk.id, "say", "I am Ann.")).result == "done"
    assert lines(talk)[-1] == ("person", "I am Ann.")
    assert (await ordered(scene, talk.id, "give_back")).result == "done"
    assert (await asked(talk, "When are you open?")).startswith("We open")
    assert (await ordered(scene, talk.id, "hangup")).result == "done"
    assert lines(talk)[-1] == ("agent", "Goodbye!")
    assert (await ordered(scene, talk.id, "take")).result == "gone"


async def test_the_agent_says_a_line_speaks_another_language_and_hands_over(scene: Scene) -> None:
    talk = await scene.begin()
    await ordered(scene, talk.id, "say", "We close soon.")
    assert lines(talk)[-1] == ("agent", "We close soon.")
    await ordered(scene, talk.id, "language", "de")
    assert lines(talk)[-1] == ("agent", "Guten Tag, hier ist Shop.")
    await ordered(scene, talk.id, "transfer")
    assert talk.phase == "waiting"
