"""Markdown files."""

from tests.agent.knowledge.reading.shown import facts, headed


def test_items_are_facts_under_their_headings() -> None:
    text = (
        "# Shop\n- We are open **daily**, all year.\n- We never close.\n## Prices\n1. A cup of tea is $2.\n"
    )
    assert headed("a.md", text) == [
        ("Shop", "We are open daily, all year."),
        ("Shop", "We never close."),
        ("Shop, Prices", "A cup of tea is $2."),
    ]


def test_a_heading_replaces_those_of_its_depth() -> None:
    text = "# A\n## B\n- This is the one fact.\n# C\n- Here are two facts.\n"
    assert [heading for heading, _ in headed("a.md", text)] == ["A, B", "C"]


def test_a_heading_that_carries_the_meaning_is_said() -> None:
    assert facts("a.md", "# Delivery\nIt costs nothing.\n") == ["Delivery: It costs nothing."]
    assert facts("a.md", "# Parken\nDas kostet nichts.\n") == ["Parken: Das kostet nichts."]
    assert facts("a.md", "# Parking\n## Price\n- 2 € per hour\n") == ["Parking, Price: 2 € per hour"]
    # Who names what it is about needs no heading.
    assert facts("a.md", "# Delivery\nWe bring everything to your door.\n") == [
        "We bring everything to your door."
    ]


def test_a_heading_with_nothing_below_is_a_fact_when_it_says_something() -> None:
    assert facts(
        "a.md", "# Parking is free\n# Dogs may come in\n# Contact\nCall us at any time of day.\n"
    ) == [
        "Parking is free",
        "Dogs may come in",
        "Call us at any time of day.",
    ]


def test_a_parent_gives_its_items_their_meaning() -> None:
    text = "- Cleaning\n  - adults 89 €\n  - children 49 €\n- We have two offices.\n  - The first one is in Berlin.\n"
    assert facts("a.md", text) == [
        "Cleaning: adults 89 €",
        "Cleaning: children 49 €",
        "We have two offices.",
        "The first one is in Berlin.",
    ]
    nested = "- Delivery\n  - abroad\n    - takes 5 days\n"
    assert facts("a.md", nested) == ["Delivery, abroad: takes 5 days"]


def test_a_list_of_words_is_one_fact() -> None:
    assert facts("a.md", "We deliver on:\n\n- Monday\n- Friday\n") == ["We deliver on: Monday, Friday"]
    assert facts("a.md", "# Payment methods\n* Cash\n* PayPal\n") == ["Payment methods: Cash, PayPal"]


def test_definitions() -> None:
    assert facts("a.md", "Warranty\n: Two years on everything.\n") == ["Warranty: Two years on everything."]


def test_a_footnote_goes_where_it_belongs() -> None:
    text = "The warranty is two years[^1].\n\nWe are open every day.\n\n[^1]: Except batteries.\n"
    assert facts("a.md", text) == ["The warranty is two years. Except batteries.", "We are open every day."]


def test_links_pictures_and_front_matter() -> None:
    text = "---\ntitle: Draft\n---\nRead [our terms](https://a.example/terms) at the desk. ![logo](l.png)\n"
    assert facts("a.md", text) == ["Read our terms at the desk."]
    assert facts("a.md", "![Map of the way from the station](m.png)\n") == ["Map of the way from the station"]
    assert facts("a.md", "Write to [Anna](mailto:anna@a.example) about bills.\n") == [
        "Write to Anna (anna@a.example) about bills."
    ]


def test_a_row_of_a_table_is_a_fact() -> None:
    text = (
        "| Treatment | Price | Time (min) |\n|---|---|---|\n| Cleaning | 89 € | 45 |\n| Crown | 620 € | - |\n"
    )
    assert facts("a.md", text) == ["Cleaning costs 89 €, Time 45 min", "Crown costs 620 €"]


def test_running_text_is_cut_into_sentences_when_it_is_long() -> None:
    text = "First we say this of all. " * 12 + "Then we say that."
    assert set(facts("a.md", text)) == {"First we say this of all.", "Then we say that."}
    text = (
        "Delivery takes two days in all cities of the country. " + "It costs nothing. " + "We bring it. " * 20
    )
    assert facts("b.md", text)[0] == "Delivery takes two days in all cities of the country. It costs nothing."
    assert facts("c.md", "Short, this one. It stays whole.") == ["Short, this one. It stays whole."]
