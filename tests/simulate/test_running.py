"""What a run holds, and how often."""

from parley.simulation.schema import Persona, Script, Turn, Want
from simulate.running import needs_model, repeated
from tests.simulate.conftest import case

SCRIPT = Script(name="s", turns=(Turn(say="Hi"),))
PERSONA = Persona(name="p", seed=5, wants=(Want(ask=("Why?",), contains="so"),))
GOAL = Persona(name="g", goal="To know.", judge="It knows.")


def test_each_is_held_so_often_personas_by_another_seed() -> None:
    held = repeated([case(SCRIPT), case(PERSONA)], 3)
    assert [each.name for each in held] == ["s", "s (2)", "s (3)", "p", "p (2)", "p (3)"]
    assert [each.what.seed for each in held if isinstance(each.what, Persona)] == [5, 6, 7]
    assert {(each.agent, each.file, each.line) for each in held} == {("shop", "tests", 1)}


def test_a_model_plays_who_has_a_goal() -> None:
    assert [needs_model(case(what)) for what in (SCRIPT, PERSONA, GOAL)] == [False, False, True]
