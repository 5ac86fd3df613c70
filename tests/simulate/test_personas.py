"""What personas write, by their style; the same every time."""

import pytest

from parley import languages
from parley.languages import Language
from parley.simulation.schema import STYLES, Persona, Style, Want
from simulate.personas import Caller

PRICE = Want(ask=("How much is the tablet?", "What does the tablet cost?"), contains="$279")
PLACE = Want(ask=("Where is your shop?",), contains="Market Street")
WORDS = languages.get("en").simulated
MOST = 30


def written(
    style: Style, *told: tuple[Want, ...], seed: int = 1, wants: tuple[Want, ...] = (PRICE, PLACE)
) -> list[str]:
    """All that a persona writes; `told`: what each answer satisfies, nothing after the last."""
    caller = Caller(Persona(name="p", style=style, seed=seed, wants=wants), "en")
    answers = iter(told)
    found: list[str] = []
    for _ in range(MOST):
        texts = caller.next()
        if not texts:
            return found
        found.append(" / ".join(texts))
        caller.heard(next(answers, ()))
    raise AssertionError(f"goes on for ever: {found}")


def test_a_patient_one_asks_one_thing_after_the_other_and_takes_leave() -> None:
    assert written("patient", (PRICE,), (PLACE,)) == [PRICE.ask[0], PLACE.ask[0], WORDS.goodbye]


def test_who_is_not_answered_asks_in_other_words_and_gives_up() -> None:
    assert written("patient") == [PRICE.ask[0], PRICE.ask[1], PLACE.ask[0], PLACE.ask[0], WORDS.goodbye]


def test_what_was_told_unasked_is_not_asked_for() -> None:
    assert written("patient", (PRICE, PLACE)) == [PRICE.ask[0], WORDS.goodbye]


def test_a_hurried_one_has_no_time_for_marks_or_a_goodbye() -> None:
    (only,) = written("hurried", (PRICE,), wants=(PRICE,))
    assert only.removesuffix("how much is the tablet").strip() in WORDS.hurried


def test_one_hard_of_hearing_has_each_answer_said_again() -> None:
    price, again, place, once_more, leave = written("hard_of_hearing", (PRICE,), (), (PLACE,), ())
    assert (price, place, leave) == (PRICE.ask[0], PLACE.ask[0], WORDS.goodbye)
    assert {again, once_more} <= set(WORDS.again)


def test_one_who_changes_their_mind_comes_back_to_the_first_question() -> None:
    first, second, third, leave = written("changes_mind", (PRICE,), (PLACE,), (PRICE,))
    assert (first, third, leave) == (PRICE.ask[0], PRICE.ask[1], WORDS.goodbye)
    assert second.removesuffix(PLACE.ask[0]).strip() in WORDS.otherwise


def test_one_who_interrupts_asks_two_things_at_once() -> None:
    assert written("interrupts", (PRICE, PLACE)) == [f"{PRICE.ask[0]} / {PLACE.ask[0]}", WORDS.goodbye]


def test_one_who_mistypes_looks_at_it_the_second_time() -> None:
    first, second, *_ = written("mistypes", (), (PRICE,), wants=(PRICE,))
    assert first != PRICE.ask[0]
    assert sorted(first) == sorted(PRICE.ask[0])
    assert second == PRICE.ask[1]


def test_a_silent_one_says_nothing_and_then_as_little_as_can_be() -> None:
    first, second, _ = written("silent", (), (PRICE,), wants=(PRICE,))
    assert first in WORDS.silent
    assert len(second.split()) < len(PRICE.ask[0].split())
    assert "tablet" in second


def test_an_abusive_one_scolds_before_each_question() -> None:
    first, second, _ = written("abusive", (PRICE,), (PLACE,))
    assert first.removesuffix(PRICE.ask[0]).strip() in WORDS.abusive
    assert second.removesuffix(PLACE.ask[0]).strip() in WORDS.abusive


def test_a_tricky_one_begins_with_a_trick() -> None:
    assert written("tricky", (), (PRICE,), wants=(PRICE,))[0] in WORDS.tricky


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_writes_the_same(style: Style) -> None:
    assert written(style, (), (PRICE,)) == written(style, (), (PRICE,))


def test_seeds_differ() -> None:
    assert len({written("tricky", seed=seed)[0] for seed in range(1, 20)}) == len(WORDS.tricky)


@pytest.mark.parametrize("language", languages.every(), ids=lambda language: language.code)
@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_spoken_in_every_language(language: Language, style: Style) -> None:
    caller = Caller(Persona(name="p", style=style, wants=(PLACE,)), language.code)
    for _ in range(MOST):
        texts = caller.next()
        if not texts:
            return
        assert all(text.strip() for text in texts)
        caller.heard([PLACE])
    raise AssertionError("goes on for ever")


def test_what_a_model_has_left_out_is_asked_for_once() -> None:
    persona = Persona(name="p", style="changes_mind", goal="To know the price.", wants=(PRICE,))
    caller = Caller(persona, "en")
    assert caller.next() == (PRICE.ask[0],)
    caller.heard([PRICE])
    assert caller.missing == []


GOAL = {"name": "p", "goal": "To know the price and the place.", "wants": (PRICE, PLACE)}
PLAYED = "How much is that tablet, please?"


def played(style: Style) -> list[str]:
    """What a caller says whose model writes the same each time, and who is told nothing, in three messages."""
    caller = Caller(Persona(style=style, **GOAL), "en")
    found: list[str] = []
    for _ in range(3):
        found.append(" / ".join(caller.own() or caller.played(PLAYED)))
        caller.heard(())
    return found


def test_what_a_model_writes_is_said_in_its_style() -> None:
    assert played("patient") == [PLAYED] * 3
    first, again, third = played("hard_of_hearing")
    assert (first, third, again in WORDS.again) == (PLAYED, PLAYED, True)
    assert all(text.removesuffix(PLAYED).strip() in WORDS.abusive for text in played("abusive"))
    first, otherwise, third = played("changes_mind")
    assert (first, third, otherwise.removesuffix(PLAYED).strip() in WORDS.otherwise) == (PLAYED, PLAYED, True)
    assert played("interrupts")[0] == f"{PLAYED} / {PLACE.ask[0]}"
    assert played("tricky")[0] in WORDS.tricky
    assert len(played("silent")[1].split()) < len(PLAYED.split())


def test_one_who_changes_their_mind_has_the_model_ask_for_the_other_thing() -> None:
    caller = Caller(Persona(style="changes_mind", **GOAL), "en")
    assert caller.missing_by_turn == [PRICE, PLACE]
    caller.played(PLAYED)
    assert caller.missing_by_turn == [PLACE, PRICE]


@pytest.mark.parametrize("language", languages.every(), ids=lambda language: language.code)
def test_what_is_only_named_is_asked_for_in_a_sentence(language: Language) -> None:
    named = Want(ask=("what delivery costs",), contains="$5")
    (said,) = Caller(Persona(name="p", goal="To know.", wants=(named,)), language.code).next()
    assert said == language.simulated.wanting.format(what="what delivery costs")
    (whole,) = Caller(Persona(name="p", goal="To know.", wants=(PLACE,)), language.code).next()
    assert whole == PLACE.ask[0]
