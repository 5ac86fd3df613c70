"""A caller whom a language model plays."""

import pytest

from parley.simulation.schema import STYLES, Persona
from simulate.model.actor import said, speak
from simulate.model.asking import Model
from tests.fakes.engines.writer import Writer

GOAL = Persona(
    name="g", goal="You want to know when the shop closes.", judge="It was told when the shop closes."
)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("When do you close?", "When do you close?"),
        ("Caller: “When do you close?”\nAgent: At six.", "When do you close?"),
        ("\n\nAnd on Sunday?\n", "And on Sunday?"),
        ("Thank you, goodbye! [end]", "Thank you, goodbye!"),
        ("[end]", ""),
        ("Bye. [END]", "Bye."),
        ("Caller:\nWhen do you close?", "When do you close?"),
        (" . [end] that was all", ""),
        ("", ""),
        ("x" * 500, "x" * 400),
        ("what do you want?", ""),  # as it has just said
    ],
)
def test_of_what_is_written_the_next_words_are_taken(written: str, message: str) -> None:
    assert said(written, ["What do you want?"]) == message


async def test_the_model_knows_what_is_wanted_and_answers_the_agent() -> None:
    writer = Writer("And on Sunday?")
    lines = [("Agent", "Hello."), ("Caller", "When do you close?"), ("Agent", "At six.")]
    assert (
        await speak(Model(writer, "here"), GOAL, "de", lines, ["when it closes on Sunday"])
        == "And on Sunday?"
    )
    ((_, *examples, asked),) = writer.asked
    assert GOAL.goal in asked["content"]
    assert "German" in asked["content"]
    assert "not told yet: when it closes on Sunday\n" in asked["content"]
    assert "Agent: Hello.\nCaller: When do you close?\nAgent: At six.\n" in asked["content"]
    assert [message["role"] for message in examples] == ["user", "assistant"] * (len(examples) // 2)


async def test_every_style_is_a_trait_of_its_own() -> None:
    writer = Writer("Hm?")
    for style in STYLES:
        persona = Persona(name="g", goal="To know.", judge="It knows.", style=style)
        await speak(Model(writer, "here"), persona, "en", [("Agent", "Hello.")], ["it"])
    assert len({asked[-1]["content"] for asked in writer.asked}) == len(STYLES)
