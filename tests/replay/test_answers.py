"""An agent of the repository, and the real models of what it knows."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.knowledge.base import load_base
from agent.knowledge.limits import knowledge_settings
from replay.answers import Answers

AGENTS = Path(__file__).parents[2] / "agents"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def answers() -> Answers:
    made = Answers(AGENTS, load_base(Path(os.environ.get("MODELS_DIR", "/models"))))
    assert made.learn({"techstore"}) == []
    return made


@pytest.mark.parametrize(
    ("text", "register", "line"),
    [
        ("What are your opening hours on Saturday?", "say", "5"),
        ("I want to talk to a human being, please.", "person", ""),
        ("Thank you, goodbye.", "goodbye", ""),
        ("Hold on a moment, please.", "wait", ""),
        ("Who won the world cup in nineteen eighty two?", "unknown", ""),
    ],
)
def test_words_are_decided_on_as_in_a_reply(answers: Answers, text: str, register: str, line: str) -> None:
    found = answers.to(answers.agents["techstore"], text, [], NOW)
    assert found.register == register
    assert line in found.line


def test_what_is_said_before_counts(answers: Answers) -> None:
    agent = answers.agents["techstore"]
    said = [
        {"role": "user", "text": "What are your opening hours on Saturday?"},
        {"role": "assistant", "text": "On Saturday we are open from 10am to 5pm."},
    ]
    assert answers.to(agent, "And on Sunday?", said, NOW).register == "say"
    assert "closed" in answers.to(agent, "And on Sunday?", said, NOW).line


def test_how_sure_a_fact_has_to_be_is_set(answers: Answers) -> None:
    agent, asked = answers.agents["techstore"], "What are your opening hours on Saturday?"
    words = "How much does express delivery cost?"
    sure = answers.within(knowledge_settings({"KNOWLEDGE_SURE": "1"}).limits)
    assert answers.to(agent, words, [], NOW).register == "say"
    assert sure.to(agent, words, [], NOW).register in ("likely", "unsure")
    assert sure.to(agent, asked, [], NOW) == answers.to(agent, asked, [], NOW), "what is reckoned stays"


def test_goodbyes_and_people_end_the_agents_part(answers: Answers) -> None:
    agent = answers.agents["techstore"]
    assert answers.ends(agent, "Goodbye.")
    assert answers.ends(agent, "I want to talk to a human being, please.")
    assert not answers.ends(agent, "When are you open?")
