"""Who asks to hear again what was said, and what they hear then."""

import pytest

from agent.repetition import asks_again
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from tests.agent.conftest import job
from tests.agent.test_reply import Bench
from tests.fakes.engines.llm import ScriptedLlm


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Pardon?"),
        ("en", "Pardon? I did not catch that."),
        ("en", "Sorry, could you say that again?"),
        ("en", "I'm sorry, I didn't quite catch that."),
        ("en", "What?"),
        ("en", "Sorry, what?"),
        ("en", "Excuse me, what did you say?"),
        ("en", "Could you please repeat that for me?"),
        ("en", "Would you mind repeating that, please?"),
        ("en", "Can you say that a bit more slowly?"),
        ("en", "Hello? I can't hear you."),
        ("de", "Wie bitte?"),
        ("de", "Entschuldigung, können Sie das bitte noch einmal wiederholen?"),
        ("de", "Das habe ich akustisch nicht verstanden."),
        ("de", "Was?"),
        ("es", "¿Cómo dice?"),
        ("es", "Perdone, no le he entendido bien. ¿Me lo puede repetir?"),
        ("fr", "Pardon, je n'ai pas compris."),
        ("fr", "Pouvez-vous répéter, s'il vous plaît ?"),
        ("fr", "Pardon ?"),
        ("it", "Scusi, non ho capito. Può ripetere?"),
        ("it", "Come?"),
    ],
)
def test_who_asks_to_hear_it_again(language: str, text: str) -> None:
    assert asks_again(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "Sorry."),
        ("en", "Excuse me."),
        ("en", "Okay, thanks."),
        ("en", "Hello?"),
        ("en", "Can you repeat my order from last week?"),
        ("en", "What do you say to a discount?"),
        ("en", "I didn't get that parcel."),
        ("en", "What is that?"),
        ("en", "I did not catch that, and do you open on Sunday?"),
        ("de", "Bitte."),
        ("de", "Wie lange haben Sie geöffnet?"),
        ("de", "Wiederholen Sie die Prüfung nach zwei Jahren?"),
        ("es", "¿Cómo llego a la tienda?"),
        ("fr", "Comment je fais pour venir ?"),
        ("it", "Come arrivo in negozio?"),
    ],
)
def test_who_asks_for_something_else(language: str, text: str) -> None:
    assert not asks_again(text, language)


def bench(shop: Agent, pool: DeadlinePool, *said: tuple[str, str]) -> Bench:
    made = Bench(shop, pool, ScriptedLlm("At nine."))
    made.history = [{"role": role, "text": text} for role, text in said]
    return made


ASKED = ("user", "When do you open?")


async def test_they_hear_the_last_words_again(shop: Agent, pool: DeadlinePool) -> None:
    made = bench(shop, pool, ASKED, ("assistant", "We open at nine."), ("user", "Pardon?"))
    await made.reply(job(text="Pardon?"))
    assert made.text.strip() == "We open at nine."
    assert made.llm.asked == []


async def test_an_answer_that_was_cut_short_is_given_whole(shop: Agent, pool: DeadlinePool) -> None:
    made = bench(shop, pool, ASKED, ("user", "Sorry?"), ("user", "Pardon?"))
    await made.reply(job(text="Pardon?", heard="We op"))
    assert made.text.strip() == "At nine."
    assert made.llm.asked[0][-1]["content"].startswith("When do you open?")


async def test_before_anything_was_said_it_is_answered_as_anything_else(
    shop: Agent, pool: DeadlinePool
) -> None:
    made = bench(shop, pool)
    await made.reply(job(text="Pardon?"))
    assert made.text.strip() == "At nine."
