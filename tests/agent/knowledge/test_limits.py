"""What of the limits is set."""

from agent.knowledge.decide import decide
from agent.knowledge.index import Entry, Hit
from agent.knowledge.limits import LIMITS_OF, Chosen, knowledge_settings

MODEL = "all-MiniLM-L6-v2"


def limits(**values: str) -> Chosen:
    return knowledge_settings(values).limits


def kind(chance: float, *, question: bool = True, follow_up: bool = False, **values: str) -> str:
    hits = [Hit(Entry("It costs 5.", "It costs 5."), 0.5, 0.3, chance)]
    return decide(hits, 0.0, question=question, follow_up=follow_up, limits=limits(**values)[MODEL]).kind


def test_by_default_they_are_what_was_measured() -> None:
    assert limits() == LIMITS_OF
    assert limits(KNOWLEDGE_SURE="", KNOWLEDGE_NEAR="") == LIMITS_OF


def test_from_when_on_a_fact_is_said_surely_is_set() -> None:
    assert kind(0.65) == "unsure"
    assert kind(0.65, KNOWLEDGE_SURE="0.6") == "say"
    assert kind(0.85, KNOWLEDGE_SURE="0.9") == "likely"


def test_what_follows_up_has_to_be_a_little_surer() -> None:
    assert kind(0.62, follow_up=True, KNOWLEDGE_SURE="0.6") == "likely"
    assert kind(0.66, follow_up=True, KNOWLEDGE_SURE="0.6") == "say"
    assert kind(1.0, follow_up=True, KNOWLEDGE_SURE="1") == "say"


def test_from_when_on_nothing_is_known_is_set() -> None:
    assert kind(0.1) == "unknown"
    assert kind(0.1, KNOWLEDGE_NEAR="0.05") == "unsure"
    assert kind(0.2, KNOWLEDGE_NEAR="0.3") == "unknown"
    assert kind(0.98, KNOWLEDGE_SURE="1", KNOWLEDGE_NEAR="0.99") == "unknown"


def test_a_statement_is_answered_from_no_less_than_a_question() -> None:
    assert kind(0.55, question=False) == "unsure"
    assert kind(0.55, question=False, KNOWLEDGE_NEAR="0.6") == "chat"
