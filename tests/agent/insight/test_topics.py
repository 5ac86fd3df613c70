import numpy as np
import pytest

from agent.insight import topics
from agent.knowledge.embedder import MiniLm
from parley.outside.over.topics import Found, Topic

PARCELS = [
    "Where is my parcel?",
    "My parcel has not come yet.",
    "When will the parcel arrive?",
    "The parcel should have been here on Monday.",
    "Has my parcel been sent, Rumpelstiltskin wants to know.",
    "I am still waiting for a parcel.",
]
OPENING = [
    "When do you open tomorrow?",
    "Until when are you open today?",
    "Are you open on Sundays?",
    "What time do you open in the morning?",
    "Are you open at Christmas?",
]
LATER = "I was told the parcel would be delivered yesterday."


def found(
    model: MiniLm, lines: list[str], calls: list[int] | None = None, taken: tuple[str, ...] = ()
) -> list[Found]:
    vectors = model.embed(lines, asked=True)
    return topics.find(lines, calls or [*range(len(lines))], vectors, model, language="en", taken=taken)


@pytest.mark.parametrize(
    ("line", "wants"),
    [
        ("Where is my parcel?", True),
        ("Do you repair watches?", True),
        ("Hello, is anybody there?", False),
        ("Thank you very much.", False),
        ("Yes.", False),
        ("Two tickets", False),
        ("My name is Olga Petrov.", False),
        ("4 7 1 1 0 8", False),
        ("", False),
    ],
)
def test_what_everybody_says_wants_nothing(line: str, wants: bool) -> None:
    assert topics.wants(line, "en") is wants


def test_topics_are_found_and_named_by_what_several_callers_say(model: MiniLm) -> None:
    parcels, opening = found(model, [*PARCELS, *OPENING, "Do you sell elephants?"])
    assert parcels.topic.name.split(", ")[0] == "parcel"
    assert opening.topic.name.split(", ")[0] == "open"
    assert parcels.lines == list(range(len(PARCELS)))
    assert opening.lines == list(range(len(PARCELS), len(PARCELS) + len(OPENING)))
    assert "rumpel" not in parcels.topic.name


def test_what_few_calls_have_in_common_is_no_topic(model: MiniLm) -> None:
    assert found(model, PARCELS[:4]) == []
    assert found(model, PARCELS, calls=[1, 1, 1, 2, 2, 3]) == []
    assert found(model, PARCELS[:1]) == []


def test_later_lines_are_held_against_what_was_found(model: MiniLm) -> None:
    known = [each.topic for each in found(model, [*PARCELS, *OPENING])]
    told = topics.about([LATER, "Thank you!", "Do you sell elephants?"], "en", known, model)
    assert told == [known[0].name, None, ""]
    assert topics.about([LATER], "en", [], model) == [""]


def test_a_topic_of_another_model_is_not_held_against(model: MiniLm) -> None:
    (known,) = [each.topic for each in found(model, PARCELS)]
    other = Topic(name=known.name, model="another", mean=known.mean)
    assert topics.about([LATER], "en", [other], model) == [""]


def test_a_name_is_given_once(model: MiniLm) -> None:
    (first,) = found(model, PARCELS)
    (second,) = found(model, PARCELS, taken=(first.topic.name,))
    assert second.topic.name not in ("", first.topic.name)
    everything = {first.topic.name, second.topic.name}
    assert found(model, PARCELS, taken=(*everything,))[0].topic.name not in everything


def test_the_same_lines_give_the_same_topics(model: MiniLm) -> None:
    lines = [*PARCELS, *OPENING]
    assert found(model, lines) == found(model, lines)


def test_groups_are_put_together_by_their_mean_likeness() -> None:
    turns = np.deg2rad([0.0, 10.0, 20.0, 120.0, 130.0])
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    assert topics.linked(vectors, 0.0) == [[0, 1, 2], [3, 4]]
    assert topics.linked(vectors[:0], 0.0) == []


def test_most_of_a_call_s_lines_decide_and_then_the_first() -> None:
    assert topics.most([None, "", "a", "b", "b"]) == "b"
    assert topics.most(["b", "a"]) == "b"
    assert topics.most([None, ""]) == topics.most([]) == ""
