"""Who asks for a person, and for whom: the real models over the examples of the languages' files.

bench/persons.py measures it with more phrasings, in all languages.
"""

import re
from pathlib import Path

import pytest
import yaml

from agent.knowledge.embedder import Embedder, MiniLm
from agent.knowledge.multilingual import NAME, MultilingualE5
from agent.knowledge.people import People, Wanted
from parley import languages
from parley.agents.dialogue import Target
from tests.agent.knowledge.conftest import MODELS
from tests.parley.languages.tables import table

SET = Path(__file__).parents[3] / "bench" / "data" / "persons.yaml"
SECOND = SET.with_name("persons_second.yaml")
TARGETS = {
    "desk": Target(name="the front desk", extension="1001"),
    "sales": Target(name="our sales team", queue="sales", words=("sales", "sales team", "Verkauf")),
}


@pytest.fixture(scope="module")
def people(minilm: MiniLm) -> People:
    if not (MODELS / "embeddings" / NAME).is_dir():
        pytest.skip(f"{NAME} has not been fetched to {MODELS}")
    others = MultilingualE5(MODELS)
    models: dict[str, Embedder] = {languages.DEFAULT: minilm}
    people = People(lambda code: models.get(code, others))
    assert people.wanted("I want to speak to a person.", TARGETS, "en") is None  # not yet
    for code in ("en", "de"):
        people.learn(code)
    return people


@pytest.mark.parametrize("code", ["en", "de"])
def test_who_asks_for_a_person(people: People, code: str) -> None:
    known = table(code)
    assert [said for said in known["person"] if people.wanted(said, TARGETS, code) != Wanted()] == []
    assert [said for said in known["no_person"] if people.wanted(said, TARGETS, code) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "This is not helping, let me speak to a person.",
        "I have waited for two weeks and nothing has come. Can I please talk to somebody?",
        "Operator, please.",
        "This is useless. Operator! Please.",
    ],
)
def test_a_person_is_asked_for(people: People, text: str) -> None:
    assert people.wanted(text, TARGETS, "en") == Wanted()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("der Disponent bitte", "de"),
        ("ich bräuchte mal den Kassierer", "de"),
        ("Frau Dorn bitte", "de"),
    ],
)
def test_people_are_asked_for_by_what_they_are_called(people: People, text: str, language: str) -> None:
    assert people.wanted(text, TARGETS, language) is not None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Connect me with sales.", "en"),
        ("Can I talk to the sales team?", "en"),
        ("I want to speak to someone in sales", "en"),
        ("Verbinden Sie mich mit dem Verkauf.", "de"),
    ],
)
def test_people_are_asked_for_by_their_words(people: People, text: str, language: str) -> None:
    assert people.wanted(text, TARGETS, language) == Wanted("sales")


@pytest.mark.parametrize(
    "text",
    [
        "Give me the manager's email address.",
        "Give me the staff discount.",
        "What sales do you have on Saturday?",
        "Give me the sales price.",
        "The person I spoke to said you open at ten.",
        "I want a laptop for my manager.",
        "What are your opening hours on Saturday? Please.",
        "How much is the delivery? Thank you.",
        "Do you repair laptops? Yes please. Okay.",
        " ",
    ],
)
def test_nobody_is_asked_for(people: People, text: str) -> None:
    assert people.wanted(text, TARGETS, "en") is None


def test_who_has_no_people_gives_nobody(people: People) -> None:
    assert people.wanted("I want to speak to a person.", {}, "en") is None


@pytest.mark.parametrize("code", languages.codes())
def test_what_is_measured_is_no_example(code: str) -> None:
    def plain(texts: tuple[str, ...]) -> set[str]:
        return {" ".join(re.findall(r"\w+", text.lower())) for text in texts}

    person = languages.get(code).person
    measured, second = (yaml.safe_load(path.read_text(encoding="utf-8"))[code] for path in (SET, SECOND))
    kinds = ("asks", "others")
    texts = [text for lists in (measured, measured["fresh"]) for kind in kinds for text in lists[kind]]
    texts += [
        text for half in second.values() for kind in kinds for lists in half[kind].values() for text in lists
    ]
    assert not plain((*person.asking, *person.others)) & plain(tuple(texts))
