"""Where the company is, by the one fact that has its address."""

import pytest

from agent.knowledge.answers.place import answer, is_asked
from tests.parley.languages.tables import rows

FACTS = ("We are open until six.", "You find us at 12 Mill Street, behind the church.")


@pytest.mark.parametrize(("code", "text"), rows("where_we_are"))
def test_who_asks_where_the_company_is(code: str, text: str) -> None:
    assert is_asked(text, code)


@pytest.mark.parametrize(("code", "text"), rows("where_else"))
def test_who_asks_where_something_else_is(code: str, text: str) -> None:
    assert not is_asked(text, code)


@pytest.mark.parametrize(("code", "fact"), rows("address"))
def test_a_fact_with_an_address_tells_it(code: str, fact: str) -> None:
    question = rows("where_we_are")
    asked = next(text for language, text in question if language == code)
    assert answer(asked, code, "Shop", ("Another fact.", fact)) == fact


@pytest.mark.parametrize(("code", "fact"), rows("no_address"))
def test_a_fact_without_one_does_not(code: str, fact: str) -> None:
    asked = next(text for language, text in rows("where_we_are") if language == code)
    assert answer(asked, code, "Shop", (fact,)) == ""


def test_a_company_may_be_called_by_its_name() -> None:
    assert is_asked("Where is the clock museum?", "en", "The Clock Museum")
    assert is_asked("Where is the museum?", "en", "The Clock Museum")
    assert not is_asked("Where is the museum?", "en", "Mill Hotel")


def test_of_two_addresses_none_is_chosen() -> None:
    assert answer("Where are you?", "en", "Shop", FACTS) == FACTS[1]
    assert answer("Where are you?", "en", "Shop", (*FACTS, "The depot is at 3 Canal Road.")) == ""


def test_an_agent_in_a_language_that_has_no_file_is_searched_as_ever() -> None:
    assert answer("Where are you?", "pt", "Shop", FACTS) == ""
