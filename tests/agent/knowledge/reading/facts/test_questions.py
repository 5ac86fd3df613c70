"""Questions that have their answer in the file."""

import pytest

from tests.agent.knowledge.reading.shown import answers

ASK = ("How long is the warranty?",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "Q: How long is the warranty?\nA: Two years.\n"),
        ("a.txt", "Question: How long is the warranty?\nAnswer: Two years.\n"),
        ("a.txt", "F: How long is the warranty?\nA: Two\nyears.\n"),
        ("a.txt", "Frage 1: How long is the warranty?\nAntwort 1: Two years.\n"),
        ("a.txt", "1. How long is the warranty?\nTwo years.\n"),
        ("a.txt", "Q1. How long is the warranty? A: Two years.\n"),
        ("a.md", "Q: How long is the warranty?\nA: Two years.\n"),
        ("a.md", "**Q:** How long is the warranty?\n\n**A:** Two years.\n"),
        ("a.md", "**How long is the warranty?**\n\nTwo years.\n"),
        ("a.md", "**How long is the warranty?** Two years.\n"),
        ("a.md", "* *How long is the warranty?* – Two years.\n"),
        ("a.md", "## How long is the warranty?\nTwo years.\n"),
        ("a.md", "1. **How long is the warranty?**\n\n   Two years.\n"),
        ("a.md", "- How long is the warranty?\n  - Two years.\n"),
        ("a.html", "<dl><dt>How long is the warranty?</dt><dd>Two years.</dd></dl>"),
        ("a.html", "<details><summary>How long is the warranty?</summary><p>Two years.</p></details>"),
        (
            "a.html",
            "<h3><button>How long is the warranty?</button></h3><div aria-hidden=true>Two years.</div>",
        ),
        ("a.html", "<div><div>How long is the warranty?</div><div>Two years.</div></div>"),
        ("a.html", "<p>How long is the warranty?<br>Two years.</p>"),
        ("a.csv", "Question,Answer\nHow long is the warranty?,Two years.\n"),
        ("a.csv", "Frage;Antwort\nHow long is the warranty?;Two years.\n"),
        ("a.md", "| Question | Answer |\n|---|---|\n| How long is the warranty? | Two years. |\n"),
    ],
)
def test_an_answer_has_its_question(name: str, text: str) -> None:
    assert answers(name, text) == [(ASK, "Two years.")]


def test_several_ways_to_ask() -> None:
    both = ("How long is the warranty?", "Is there a guarantee?")
    assert answers("a.txt", "Q: How long is the warranty?\nQ: Is there a guarantee?\nA: Two years.\n") == [
        (both, "Two years.")
    ]
    assert answers("a.md", "### How long is the warranty? / Is there a guarantee?\nTwo years.\n") == [
        (both, "Two years.")
    ]


def test_an_answer_of_more_than_one_piece() -> None:
    text = "Q: Which cards do you take?\nA: We take:\n\n- Visa\n- Mastercard\n\nWe are open every day.\n"
    assert answers("a.txt", text) == [
        (("Which cards do you take?",), "We take: Visa, Mastercard"),
        ((), "We are open every day."),
    ]
    text = "## Do you deliver?\nYes, we do.\n\nIt takes two days.\n\nOur shop is in Main Street.\n"
    assert answers("a.md", text) == [
        (("Do you deliver?",), "Yes, we do. It takes two days."),
        ((), "Our shop is in Main Street."),
    ]


def test_what_only_looks_like_it() -> None:
    text = "A. The first option costs 5 €.\nFax: 030 123456 is our fax.\nP: 030 654321 is our phone.\n"
    assert all(asks == () for asks, _ in answers("a.txt", text))
    assert answers("a.md", "## Questions?\n## Do you deliver?\nYes, we do.\n") == [
        (("Do you deliver?",), "Yes, we do.")
    ]
