"""A week's figures, of calls in a real database."""

import pytest

from parley.telephone.numbers import CANARY
from records.insight.outcome import CONTAINED
from records.report.figures import EngineUse, Measure, Share
from records.report.gather import gather
from tests.records.report.conftest import DAY, HOUR, WEEK, Calls

USED = ("usage", {"uses": [{"part": "llm", "engine": "big", "requests": 1, "read": 1000, "written": 100}]})
SPOKE = ("usage", {"uses": [{"part": "tts", "requests": 1, "characters": 40}]})


def unknown(question: str, register: str = "unknown") -> tuple[str, dict[str, object]]:
    return "open_question", {"question": question, "register": register, "said": "I do not know."}


def test_a_week_has_the_calls_that_began_in_it_and_are_over(calls: Calls) -> None:
    for at in (WEEK.begin - 1, WEEK.begin, WEEK.begin + DAY, WEEK.end - 1, WEEK.end):
        calls.add(at)
    calls.add(WEEK.begin + DAY, agent="clinic", channel="web")
    calls.add(WEEK.begin + DAY, caller=CANARY)
    calls.add(WEEK.begin + DAY, analysed=False)
    found = gather(calls.store, WEEK)
    assert (found.by_day, found.count, len(found.told), found.tests) == ([1, 2, 0, 0, 0, 0, 1], 4, 5, 1)
    assert found.by_channel == {"voice": 3, "web": 1}
    assert gather(calls.store, WEEK, "clinic").by_day == [0, 1, 0, 0, 0, 0, 0]
    assert gather(calls.store, WEEK.before).count == 1
    assert gather(calls.store, WEEK, "nobody").count == 0


def test_what_became_of_calls_and_how_good_they_were(calls: Calls) -> None:
    noon = WEEK.begin + 12 * HOUR
    calls.add(noon, "resolved", score=90, parts={"answers": 100, "sound": 50}, category="tea", mood=0.5)
    calls.add(noon, "message_taken", score=70, parts={"answers": 60}, category="tea", mood=-0.1)
    calls.add(noon, "abandoned", score=10, category="coffee")
    calls.add(noon, "failed", score=None)
    found = gather(calls.store, WEEK)
    assert found.share(*CONTAINED) == Share(2, 4)
    assert found.outcomes("abandoned", "failed") == 2
    assert found.categories == {"tea": 2, "coffee": 1, "": 1}
    assert found.score == Measure(70.0, 3)
    assert found.parts == {"answers": Measure(80.0, 2), "sound": Measure(50.0, 1)}
    assert found.mood == Measure(pytest.approx(0.2), 2)
    assert found.mood_change == Measure(pytest.approx(0.1), 2)


def test_how_long_answers_took_by_voice_and_in_writing(calls: Calls) -> None:
    for tenths in range(1, 11):
        calls.add(WEEK.begin, wait=tenths / 10)
    calls.add(WEEK.begin, channel="web", wait=7.0)
    calls.add(WEEK.begin, caller=CANARY, wait=99.0)
    found = gather(calls.store, WEEK)
    voice, text = found.waits("voice"), found.waits("text")
    assert voice is not None
    assert text is not None
    assert (voice.p50, voice.p95, voice.count) == (pytest.approx(0.55), pytest.approx(0.955), 10)
    assert (text.p50, text.p95, text.count) == (7.0, 7.0, 1)


def test_what_was_not_known_is_counted_by_its_wording(calls: Calls) -> None:
    calls.add(WEEK.begin, "unknown_answer", unknown("Do you sell tea?"), unknown("And coffee?", "unsure"))
    calls.add(WEEK.begin, "unknown_answer", unknown("do you sell tea"), unknown("And cake?", "refused"))
    calls.add(WEEK.begin, "unknown_answer", unknown("Is the canary well?"), caller=CANARY)
    found = gather(calls.store, WEEK).questions
    assert [(each.count, each.question.lower().rstrip("?")) for each in found] == [
        (2, "do you sell tea"),
        (1, "and cake"),
    ]


def test_why_calls_were_given_to_people(calls: Calls) -> None:
    given = ("transfer_started", {"target": "sales"})
    asks = ("caller_said", {"turn": 1, "text": "I want to speak to a person."})
    for _ in range(2):
        calls.add(WEEK.begin, "handed_over", asks, given, given)
    calls.add(WEEK.begin, "abandoned", given)
    calls.add(WEEK.begin, "resolved", asks)
    assert gather(calls.store, WEEK).reasons == {"asked": 2, "agent": 1}


def test_what_engines_did_and_cost(calls: Calls) -> None:
    calls.add(WEEK.begin, "resolved", USED, SPOKE)
    calls.add(WEEK.begin, "resolved", USED)
    calls.add(WEEK.before.begin, "resolved", USED)
    found = gather(calls.store, WEEK)
    assert found.costs == {"EUR": pytest.approx(0.006)}
    assert list(found.engines) == [
        EngineUse("llm", "big", 2, 0.0, 2000, 200, 0, pytest.approx(0.006)),
        EngineUse("tts", "local", 1, 0.0, 0, 0, 40, 0.0),
    ]
