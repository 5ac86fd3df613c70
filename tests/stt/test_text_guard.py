import pytest

from stt.text_guard import Evidence, compression_ratio, judge, looks_looped

CLEAR = Evidence(no_speech=0.02, log_probability=-0.3, level_dbfs=-20.0)
DOUBTFUL = Evidence(no_speech=0.4, log_probability=-1.2, level_dbfs=-20.0)
NOBODY = Evidence(no_speech=0.8, log_probability=-1.6, level_dbfs=-20.0)


@pytest.mark.parametrize(
    "text", ["Thank you.", "Bye-bye.", "You", "Okay.", "Where is my order?", "Thanks for watching!", "No."]
)
def test_clear_speech_is_never_dropped(text: str) -> None:
    assert judge(text, CLEAR) == (text, "speech")


@pytest.mark.parametrize("text", ["Thank you.", "Thanks for watching!", "you", "Bye."])
def test_inventions_are_dropped_when_the_evidence_is_weak(text: str) -> None:
    assert judge(text, DOUBTFUL) == ("", "hallucination")


def test_what_nobody_says_to_a_telephone_needs_one_weak_sign_only() -> None:
    quiet = Evidence(no_speech=0.02, log_probability=-0.3, level_dbfs=-50.0)
    assert judge("Thank you for watching.", quiet) == ("", "hallucination")
    assert judge("Thank you.", quiet) == ("Thank you.", "speech")


def test_other_words_survive_weak_evidence() -> None:
    assert judge("Where is my order?", DOUBTFUL)[1] == "speech"


def test_any_words_are_dropped_when_the_decoder_heard_nobody() -> None:
    assert judge("I'm going to put the oil in the pan.", NOBODY) == ("", "noise")
    assert judge("I", Evidence(0.35, -4.7, -12.0)) == ("", "noise")


@pytest.mark.parametrize("text", ["", "...", "[Music]", "(coughs)", "♪", "*sighs*"])
def test_sounds_are_not_words(text: str) -> None:
    assert judge(text, CLEAR) == ("", "noise")


def test_a_sound_beside_words_goes_alone() -> None:
    assert judge("[phone rings] Hello there.", CLEAR) == ("Hello there.", "speech")


def test_an_endless_loop_is_dropped() -> None:
    assert judge("press one to " * 12, CLEAR) == ("", "hallucination")


def test_loops_are_noticed() -> None:
    assert looks_looped("Please hold while we try. Please hold while we try")
    assert looks_looped("Press 4 to remove it. Press 4 to Remove it now.")
    assert looks_looped("a b c " * 10)
    assert not looks_looped("No, no, that is not what I said.")
    assert not looks_looped("Do you have the blue one or the red one?")
    assert not looks_looped("")


def test_compression_ratio_of_nothing() -> None:
    assert compression_ratio("") == 0.0
