"""The page, as what it says and as what it must not hold."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from records.report.__main__ import main
from records.report.charts import HEIGHT, days
from records.report.figures import FEW, Figures
from records.report.gather import gather
from records.report.page import cards, money, render, summary
from tests.chromium import browser, flaws, too_wide
from tests.records.report.conftest import DAY, WEEK, Calls

MADE = datetime(2026, 11, 23, 7, tzinfo=UTC)
EVIL = "<script>alert(1)</script> & <b>"


class Tags(HTMLParser):
    """The tags of a page, and its attributes' names and values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag


def page(calls: Calls, agent: str = "") -> str:
    return render(
        gather(calls.store, WEEK, agent), gather(calls.store, WEEK.before, agent), WEEK, agent, MADE
    )


def words(text: str) -> str:
    """What is read of a page."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL).split())


@pytest.fixture
def busy(calls: Calls) -> Calls:
    """Two weeks, the second with many calls."""
    question = (
        "open_question",
        {"question": f"Do you sell {EVIL}?", "register": "unknown", "said": "I do not know."},
    )
    for number in range(FEW + 10):
        outcome = "resolved" if number % 4 else "unknown_answer"
        calls.add(
            WEEK.begin + number % 7 * DAY, outcome, question, category=EVIL, mood=0.2, parts={"answers": 90}
        )
    for _ in range(8):
        calls.add(WEEK.before.begin, "resolved", category="tea", parts={"answers": 50})
    calls.add(WEEK.begin, "handed_over", ("transfer_started", {"target": "sales"}), channel="web", agent=EVIL)
    return calls


def test_it_needs_nothing_else_and_runs_nothing(busy: Calls) -> None:
    found = Tags(page(busy, ""))
    assert found.open == []
    assert not found.tags & {"script", "link", "img", "iframe", "object", "form", "b"}
    assert {"svg", "table", "style"} <= found.tags
    for name, value in found.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "href", "style")
        assert "//" not in (value or "")
    assert ("http-equiv", "Content-Security-Policy") in found.attributes


def test_what_callers_said_is_text(busy: Calls) -> None:
    text = page(busy, EVIL)
    assert EVIL not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in text


def test_it_tells_every_figure_with_how_many_it_is_of(busy: Calls) -> None:
    text = words(page(busy))
    assert "Week 2026-W47: 16 November to 22 November 2026, Europe/Berlin, compared with 2026-W46" in text
    assert "Calls and chats 41 before 8 +33, few" in text
    assert "Contained 73 % 30 of 41 before 100 % (8 of 8) -27 points, few" in text
    assert "answers weight 30 90 (40) 50 (8)" in text
    assert "unknown answer 10 24 % 0 0 %" in text
    assert "the agent's own decision 1 100 % 0" in text.replace("&#39;", "'")
    assert "Different questions: 1, asked 40 times; the week before: 0, asked 0 times." in text


def test_topics_are_told_from_the_categories_of_a_file(calls: Calls) -> None:
    calls.add(WEEK.begin, category="orders", by="examples")
    calls.add(WEEK.before.begin, category="<parcel>, late", by="topic")
    text = page(calls)
    assert '<th scope="row">orders</th>' in text
    assert "&lt;parcel&gt;, late (by likeness of calls)" in text


def test_what_is_many_is_not_called_few(calls: Calls) -> None:
    for week in (WEEK, WEEK.before):
        for number in range(FEW):
            calls.add(week.begin, "resolved" if number or week is WEEK else "failed")
    found = {card.title: card for card in cards(gather(calls.store, WEEK), gather(calls.store, WEEK.before))}
    assert (found["Contained"].change, found["Contained"].few) == ("+3 points", False)
    assert not found["Calls and chats"].few


def test_a_week_without_calls_has_a_page_too(calls: Calls) -> None:
    text = words(page(calls))
    assert "Calls and chats 0 before 0" in text
    assert "Contained – before –" in text
    assert "None" not in text
    calls.add(WEEK.begin, score=None)
    assert "No caller said anything." in page(calls)


def test_the_mail_has_the_same_figures_in_lines(busy: Calls) -> None:
    now, before = gather(busy.store, WEEK), gather(busy.store, WEEK.before)
    lines = summary(now, before, WEEK, "").splitlines()
    assert "Contained: 73 % (30 of 41) [100 % (8 of 8)]" in lines
    assert f"  40 x Do you sell {EVIL}?" in lines


def test_columns_have_one_scale_and_stay_where_they_belong() -> None:
    drawn = days([0, 5, 10, 0, 0, 0, 0], [20, 0, 0, 0, 0, 0, 1])
    assert (drawn[0].before.height, drawn[0].before.y, drawn[2].now.height) == (HEIGHT, 0.0, HEIGHT / 2)
    assert all(day.before.x + day.before.width < day.middle < day.now.x for day in drawn)
    assert all(day.now.height == 0 for day in days([0] * 7, [0] * 7))


def test_a_change_is_between_the_figures_that_are_shown(calls: Calls) -> None:
    for week, resolved in ((WEEK, 34), (WEEK.before, 33)):
        for number in range(200):
            calls.add(week.begin, "resolved" if number < resolved else "failed")
    found = {card.title: card for card in cards(gather(calls.store, WEEK), gather(calls.store, WEEK.before))}
    assert (found["Contained"].now, found["Contained"].before) == ("17 %", "16 % (33 of 200)")
    assert (found["Contained"].change, found["Score"].change) == ("+1 points", "±0 points")


async def test_it_fits_a_telephone_and_anybody_can_read_it(busy: Calls) -> None:
    busy.add(WEEK.begin, "resolved", part={"experiment": "shorter", "variant": "a"})
    uses = [{"part": "llm", "engine": "big", "requests": 1, "read": 123_456, "written": 1000}]
    busy.add(
        WEEK.begin, "resolved", ("usage", {"uses": uses}), part={"experiment": "shorter", "variant": "b"}
    )
    text = page(busy)
    assert "123,456" in text
    async with browser() as chromium:
        shown = await chromium.new_page(viewport={"width": 360, "height": 800})
        await shown.set_content(text)
        assert await too_wide(shown) == 0
        assert await flaws(shown) == []


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.0, "0.00"), (12.345, "12.35"), (0.5, "0.50"), (0.01234, "0.012"), (0.00001234, "0.000012")],
)
def test_little_money_keeps_its_first_figures(amount: float, text: str) -> None:
    assert money(amount) == text


def test_the_command_prints_the_page_or_says_why_not(
    busy: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDS_DIR", str(tmp_path / "records"))
    monkeypatch.setenv("REPORT_TIMEZONE", "Europe/Berlin")
    assert main(["--week", "2026-W47", "--agent", "shop"]) == 0
    assert "Contained 75 % 30 of 40" in words(capsys.readouterr().out)
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path / "agents"))
    (tmp_path / "agents" / "new").mkdir(parents=True)
    assert main(["--week", "2026-W47", "--agent", "new"]) == 0
    capsys.readouterr()
    assert main(["--week", "2026-W47", "--agent", "nosuch"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("report: setting AGENT: there is no agent 'nosuch'; there are ")
    assert err.endswith(", new, shop\n")
    assert main(["--week", "soon"]) == 2
    assert capsys.readouterr().err == "report: setting WEEK: 'soon' is no week, such as 2026-W47\n"
    assert main(["--week", "9998-W01"]) == 2
    assert capsys.readouterr().err.startswith("report: setting WEEK: '9998-W01' has not begun: 20")
    assert main(["--week", "2001-W01"]) == 0
    assert capsys.readouterr().err.startswith("report: no call of 2001-W01 is kept; WEEK=20")
    assert main(["--week", "2026-W47", "--mail"]) == 1
    assert "REPORT_MAIL_TO is empty" in capsys.readouterr().err
    monkeypatch.setenv("RECORDS_DIR", str(tmp_path / "nowhere"))
    assert main(["--week", "2026-W47"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    monkeypatch.setenv("REPORT_TIMEZONE", "Mars")
    assert main([]) == 2


def test_figures_without_anything_are_none() -> None:
    nothing = Figures(told=[])
    assert (nothing.share("resolved"), nothing.score, nothing.mood, nothing.waits("voice")) == (None,) * 4
