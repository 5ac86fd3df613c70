from parley.languages import Phrases, Words


def test_words_stand_in_one_text() -> None:
    assert Words.read(" a an\n the ") == {"a", "an", "the"}


def test_phrases_are_found_as_whole_words() -> None:
    found = Phrases(("good morning", "hi"))
    assert found.begin("Hi there")
    assert not found.begin("history")
    assert not found.begin("oh hi")
    assert found.within("well, Good-Morning to you")
    assert found.end("oh hi")
    assert not found.end("hi there")
    assert found.are("good morning")
    assert not found.are("good morning all")
    assert found.left_out("hi good morning all", "-") == "- - all"


def test_the_longest_is_taken() -> None:
    assert Phrases(("thank you", "thank you very much")).left_out("thank you very much") == ""


def test_a_star_is_any_letters() -> None:
    found = Phrases(("cost*", "*n't"))
    assert found.within("what it costs")
    assert found.within("I couldn't")
    assert found.within("I couldn t")
    assert not found.within("I want it")
    assert not found.within("accost")


def test_case_counts_where_it_is_written() -> None:
    found = Phrases(("Doctor", "nurse"))
    assert found.within("the Doctor")
    assert not found.within("the doctor")
    assert found.within("the Nurse")


def test_no_phrases_are_found_nowhere() -> None:
    assert not Phrases(()).within("anything")
    assert not Phrases(()).are("")
