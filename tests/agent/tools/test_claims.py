"""What the model says that it has done, held against what was done."""

import pytest

from agent.tools.claims import Claims, acts_in, deed_of, refused, says_no
from parley import languages
from parley.outside.deeds import Deed
from tests.parley.languages.tables import pairs, rows

BOOKED = Deed(changes=True, acts=("book",))


@pytest.mark.parametrize(("code", "said", "act"), pairs("claims"))
def test_nothing_that_was_not_done_is_claimed(code: str, said: str, act: str) -> None:
    before = refused.labels(act)._value.get()
    assert not Claims(code).holds(said)
    assert refused.labels(act)._value.get() == before + 1


@pytest.mark.parametrize(("code", "said", "act"), pairs("claims"))
def test_what_was_done_may_be_said(code: str, said: str, act: str) -> None:
    assert Claims(code, [Deed(changes=True, acts=(act,))]).holds(said)
    assert Claims(code, [Deed(changes=True)]).holds(said), "a function that does not tell what it does"


@pytest.mark.parametrize(("code", "said"), rows("no_claims"))
def test_offers_questions_negations_and_facts_claim_nothing(code: str, said: str) -> None:
    assert Claims(code).holds(said)


@pytest.mark.parametrize("code", languages.codes())
def test_every_language_has_both(code: str) -> None:
    assert [code for found, *_ in pairs("claims") if found == code]
    assert [code for found, _ in rows("no_claims") if found == code]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("I have booked your table.", True),
        ("I've sent you an email.", False),
        ("I have booked your table and sent you an email.", False),
        ("I have booked your table, and cancelled the old one.", False),
        ("Your table is booked.", True),
        ("Your order has been cancelled.", False),
        ("You're all set.", True),
    ],
)
def test_one_thing_that_was_done_is_no_other(said: str, holds: bool) -> None:
    assert Claims("en", [BOOKED]).holds(said) is holds


def test_what_else_was_done_is_told_in_german_where_the_verb_stands_last() -> None:
    booked = Claims("de", [BOOKED])
    assert not booked.holds("Ich habe Ihren Termin gebucht und Ihnen eine E-Mail geschickt.")
    assert booked.holds("Ich habe Ihren Termin gebucht, und die Bestätigung wird Ihnen zugeschickt.")


def test_how_something_is_may_stand_in_what_was_looked_up() -> None:
    looked = deed_of("order_status", '{"status": "shipped"}', "en", changes=False)
    assert looked == Deed(acts=("send",))
    assert Claims("en", [looked]).holds("Your order has been shipped.")
    assert not Claims("en", [looked]).holds("I have shipped your order.")
    assert not Claims("en", [looked]).holds("Your order has been cancelled.")


def test_what_only_looks_up_vouches_for_its_answer_and_not_for_its_name() -> None:
    looked = deed_of("cancelled_orders Lists what was cancelled", "none", "en", changes=False)
    assert not Claims("en", [looked]).holds("Your order has been cancelled.")


def test_what_the_company_tells_counts() -> None:
    told = Claims("en", told=["status: appointment confirmed for Tuesday"])
    assert told.holds("Your appointment is confirmed for Tuesday.")
    assert not told.holds("I have sent you an email.")


def test_what_the_facts_say_of_things_in_general_is_no_claim() -> None:
    fact = "In 2019 the shop was moved to Main Street."
    assert Claims("en", sources=[fact]).holds("The shop was moved to Main Street.")
    assert not Claims("en").holds("The shop was moved to Main Street.")
    rule = "Orders are sent within two days."
    assert not Claims("en", sources=[rule]).holds("Your order has been sent.")


@pytest.mark.parametrize(
    ("words", "language", "acts"),
    [
        ("bookAppointment", "en", ("book",)),
        ("cancel_visit Takes a visit out of the calendar", "en", ("book", "cancel")),
        ("termin_buchen Trägt einen Termin ein und schickt eine E-Mail", "de", ("book", "send")),
        ("book_table Réserve une table", "fr", ("book",)),
        ("run", "en", ()),
    ],
)
def test_a_function_tells_by_its_words_what_it_does(words: str, language: str, acts: tuple[str, ...]) -> None:
    assert deed_of(words, "", language, changes=True) == Deed(changes=True, acts=acts)


def test_words_of_a_result_are_looked_at_in_the_calls_language_and_in_english() -> None:
    assert acts_in("Die Bestellung wurde versandt", "de") == ("order", "send")
    assert acts_in("shipped", "de") == ("send",)


@pytest.mark.parametrize(
    ("result", "no"),
    [
        ('{"ok": false}', True),
        ('{"success": false, "reason": "taken"}', True),
        ('{"error": "no such slot"}', True),
        ('{"status": "failed"}', True),
        ('{"ok": true, "error": null}', False),
        ('{"status": "shipped"}', False),
        ("[1, 2]", False),
        ("booked", False),
        ("", False),
        ('{"more": ' + "[" * 1990, False),
        ('{"ok": "\ud83d"}', False),
    ],
    ids=range(11),
)
def test_a_service_may_answer_that_it_has_not_done_it(result: str, no: bool) -> None:
    assert says_no(result) is no


def test_a_sentence_that_is_told_in_two_pieces_is_judged_as_one() -> None:
    claims = Claims("en")
    assert not claims.waits("For your appointment,")
    assert claims.holds("For your appointment,")
    assert claims.waits("I have booked")
    assert not claims.holds("I have booked it.")
    rule = Claims("en")
    assert rule.waits("Your order for the tablet is sent")
    assert rule.holds("Your order for the tablet is sent within two days.")
    assert not rule.waits("It is sent by post.")
