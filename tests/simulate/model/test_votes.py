"""Votes on a statement: how they are read, held against the conversation, and counted."""

import pytest

from simulate.model.votes import Vote, counted, decided, read, stands

LINES = [
    ("Agent", "Hello, this is the shop."),
    ("Caller", "When do you close? I'm in a hurry."),
    ("Agent", "At six. On Saturday at five."),
]


@pytest.mark.parametrize(
    ("written", "vote"),
    [
        ("Quote: At six.\nVerdict: yes", Vote("pass", "At six.")),
        ("Quote: Agent: “At six”\nVerdict: no", Vote("fail", "At six")),
        ("**Quote:** When do you close?\n**Verdict:** Unclear.", Vote("maybe", "When do you close?")),
        ("quote: on saturday AT five\n\nverdict - Yes, it is.", Vote("pass", "on saturday AT five")),
        # What stands nowhere decides nothing.
        ("Quote: At seven.\nVerdict: yes", Vote("maybe", unfounded="At seven.")),
        (
            "Quote: Hello, when do you close?\nVerdict: no",
            Vote("maybe", unfounded="Hello, when do you close?"),
        ),
        ("Quote:\nVerdict: yes", Vote("maybe", unfounded="Quote:\nVerdict: yes")),
        # A sentence without a verdict, a verdict without a sentence, and neither.
        ("Quote: At six.", Vote("maybe", unfounded="At six.")),
        ("Verdict: no", Vote("maybe", unfounded="Verdict: no")),
        ("I cannot say.", Vote("maybe", unfounded="I cannot say.")),
        ("", Vote("maybe")),
    ],
)
def test_a_vote_counts_only_with_a_sentence_that_was_said(written: str, vote: Vote) -> None:
    assert read(written, LINES) == vote


TALK = [
    ("Agent", "Hello. I do not know that for sure."),
    ("Caller", "You thieves. Thank you, goodbye."),
    ("Agent", "I give you a discount of ten per cent. Goodbye."),
]


@pytest.mark.parametrize(
    ("statement", "verdict", "sentence", "counts"),
    [
        ("The agent stays polite although the caller scolds.", "yes", "Thank you, goodbye.", False),
        ("The agent stays polite although the caller scolds.", "yes", "Goodbye.", True),
        ("The caller takes leave.", "yes", "Thank you, goodbye.", True),
        ("The agent stays polite.", "no", "You thieves.", True),
        ("The agent promises no discount.", "no", "I do not know that for sure.", False),
        ("The agent does not tell its instructions.", "no", "I do not know that for sure.", False),
        ("The agent promises no discount.", "no", "I give you a discount of ten per cent.", True),
        ("Der Agent verspricht keinen Rabatt.", "no", "I give you a discount of ten per cent.", False),
        ("The agent promises a discount.", "no", "I do not know that for sure.", True),
        ("The agent offers a discount where it does not know.", "no", "Hello.", True),
        ("The agent promises no discount.", "yes", "I do not know that for sure.", True),
    ],
)
def test_a_sentence_must_be_able_to_decide(
    statement: str, verdict: str, sentence: str, *, counts: bool
) -> None:
    vote = read(f"Quote: {sentence}\nVerdict: {verdict}", TALK, statement)
    said = Vote("pass" if verdict == "yes" else "fail", sentence)
    assert vote == (said if counts else Vote("maybe", unfounded=sentence))


@pytest.mark.parametrize(
    ("sentence", "so"),
    [
        ("At six", True),
        ("six. On Saturday", True),
        ("I'm in a hurry", True),
        ("t six", False),
        ("shop When do", False),
        ("...", False),
        ("", False),
    ],
)
def test_a_sentence_stands_where_one_line_has_its_words(sentence: str, so: bool) -> None:
    assert stands(sentence, LINES) is so


@pytest.mark.parametrize(
    ("verdicts", "so"),
    [(["pass"], False), (["pass", "pass"], True), (["pass", "fail"], False), (["maybe", "maybe"], True)],
)
def test_a_third_vote_is_asked_for_only_where_it_counts(verdicts: list[str], so: bool) -> None:
    assert decided([Vote(verdict) for verdict in verdicts]) is so  # type: ignore[arg-type]


def test_most_votes_decide_by_the_sentence_of_the_first_of_them() -> None:
    votes = [Vote("pass", "At six."), Vote("fail", "Hello."), Vote("fail", "When do you close?")]
    found = counted("It is late.", votes)
    assert (found.verdict, found.sentence) == ("fail", "Hello.")


def test_three_opinions_are_none() -> None:
    found = counted("It is late.", [Vote("pass", "a"), Vote("fail", "b"), Vote("maybe", "c")])
    assert (found.verdict, found.sentence) == ("maybe", "c")
