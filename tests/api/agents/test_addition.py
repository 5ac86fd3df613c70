"""An answer gets into an agent's file, and nothing else there changes."""

from pathlib import Path

import pytest
import yaml

from api.agents.addition import ByHand, with_answer, with_fact
from parley.agents import document

AGENTS = Path(__file__).parents[3] / "agents"
ASK = ["Do you repair watches?", 'What about "smart" ones: can you?']
ANSWER = "Yes: within a week, # for 20 €."
ADDED = {"ask": ASK, "answer": ANSWER}


@pytest.mark.parametrize(
    "text",
    [
        "company: Shop\n",
        "company: Shop",
        "company: Shop\n# the end\n",
        "company: Shop\r\nunknown: No.\r\n",
        "\ufeffcompany: Shop\n",
        "company: Shop\npersona: >-\n  You are\n  kind.\n\n",
        "company: Shop\nhours: {week: {mon: []}}  # all\n",
        "{company: Shop}\n",
        "curated: []\ncompany: Shop\n",
        "curated: [{ask: [Why], answer: Because.}]\ncompany: Shop\n",
        "curated:\n- ask: [Why]\n  answer: Because.\n# below\ncompany: Shop\n",
        "curated:\n  - ask:\n      - Why\n    answer: Because.  # so\n\n# below\ncompany: Shop\n",
        "curated:\n  - {ask: [Why], answer: Because.}\ncompany: Shop",
        "curated:\n  - answer: Because.\n    ask:\n      - Why\n",
        "curated:\n  - ask: [Why]\n    answer: >-\n      Because.\n\ncompany: Shop\n",
        "curated:\n  - ask: [Why]\n    answer: |-\n      Because.",
    ],
)
def test_an_answer_is_added_and_all_else_stays(text: str) -> None:
    new = with_answer(text, ["curated"], ASK, ANSWER)
    before, after = yaml.safe_load(text), yaml.safe_load(new)
    assert after == {**before, "curated": [*before.get("curated", []), ADDED]}
    assert [line for line in text.split() if line.startswith("#")] == [
        line for line in new.replace("# for 20", "").split() if line.startswith("#")
    ]
    assert ("\r\n" in text) == ("\r\n" in new)


@pytest.mark.parametrize(
    "text",
    ["languages:\n  de:\n    greeting: Hallo!\ncompany: Shop\n", "languages: {de: {greeting: Hallo!}}\n"],
)
def test_another_language_has_answers_of_its_own(text: str) -> None:
    after = yaml.safe_load(with_answer(text, ["languages", "de", "curated"], ASK, ANSWER))
    assert after["languages"]["de"] == {"greeting": "Hallo!", "curated": [ADDED]}


@pytest.mark.parametrize("agent", sorted(path.parent.name for path in AGENTS.glob("*/agent.yaml")))
def test_only_lines_are_added_to_files_that_people_wrote(agent: str) -> None:
    text = (AGENTS / agent / "agent.yaml").read_text()
    new = with_answer(text, ["curated"], ASK, ANSWER)
    left = new.splitlines()
    for line in text.splitlines():
        left.remove(line)
    assert [line.strip() for line in left if line.strip() != "curated:"] == [
        "- ask:",
        '- "Do you repair watches?"',
        '- "What about \\"smart\\" ones: can you?"',
        'answer: "Yes: within a week, # for 20 €."',
    ]
    assert document.parse(Path("agent.yaml"), new.encode()).raw["curated"][-1] == ADDED


@pytest.mark.parametrize(
    "text",
    [
        "curated: &same [{ask: [Why], answer: Because.}]\nlanguages: {de: {curated: *same}}\n",
        "curated: [{ask: [Why], answer: Because.},]\n",
        "curated: none\n",
        "curated:\n",
        "- 1\n",
        "",
        "company: [\n",
    ],
)
def test_what_would_change_more_is_left_to_people(text: str) -> None:
    with pytest.raises(ByHand):
        with_answer(text, ["curated"], ASK, ANSWER)


def test_a_fact_is_a_line_of_its_own() -> None:
    assert with_fact("", "We repair watches.") == "- We repair watches.\n"
    assert with_fact("- One.", "Two.") == "- One.\n- Two.\n"
    assert with_fact("- One.\n\n", "Two.") == "- One.\n- Two.\n"
