"""The reports of a run: as what reads them reads them."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from parley.simulation.schema import Script, Turn
from simulate import reports
from simulate.model.votes import Judged
from simulate.results import Result, Step
from simulate.stage import Exchange
from tests.simulate.conftest import case

AT = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
SCRIPT = Script(name="hours <b>&\x00", turns=(Turn(say="When?"),))


def result(*failures: str, broken: str = "") -> Result:
    answer = Exchange(
        "When? <script>alert(1)</script>", 1.0, lines=["At nine.\x07\ufffe", "Or ten."], seconds=1.25
    )
    steps = [
        Step(Exchange("", 0.0, lines=["Hello."])),
        Step(answer, failures=list(failures), remarks=["took long"]),
    ]
    return Result(case(SCRIPT), steps=steps, seconds=2.5, broken=broken)


RESULTS = [result(), result("does not contain 'eight'"), result(broken="no answer within 60 s")]


def test_junit_counts_and_names_what_is_wrong() -> None:
    root = ElementTree.fromstring(reports.junit(RESULTS, AT))
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "errors", "time")} == {
        "name": "shop/tests",
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "time": "7.500",
    }
    good, bad, broken = suite
    assert (good.get("name"), good.get("classname"), good.get("time")) == (
        "hours <b>&",
        "shop.tests",
        "2.500",
    )
    assert good.find("failure") is None
    assert bad.findtext("failure") == "'When? <script>alert(1)</script>': does not contain 'eight'"
    assert broken.find("error").get("message") == "no answer within 60 s"  # type: ignore[union-attr]
    assert (good.findtext("system-out") or "").splitlines()[-1] == "agent: At nine. Or ten."


class Reader(HTMLParser):
    """What a browser would show, and which elements there are."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_all_and_fetches_nothing() -> None:
    page = Reader()
    page.feed(reports.page(RESULTS, AT))
    assert "3 conversations, 2 failed" in page.text
    assert page.tags.count("details") == 3
    assert "<script>alert(1)</script>" in page.text  # as text
    assert "script" not in page.tags
    assert not page.attributes & {"src", "href"}
    assert "does not contain 'eight'" in page.text
    assert "no answer within 60 s" in page.text
    assert "took long" in page.text


def test_what_is_judged_and_heard_stands_there() -> None:
    told = result()
    told.judged = [
        Judged("The agent is polite.", "pass", "Hello.", ()),
        Judged("The agent <b>knows</b>.", "fail", "At nine.", ()),
        Judged("All is well.", "maybe", "", ()),
    ]
    told.unjudged, told.recording, told.steps[1].exchange.at_s = ["It is late."], "calls/001.wav", 62.25
    page = Reader()
    page.feed(reports.page([told], AT))
    assert {"src", "href"} <= page.attributes
    assert 'href="calls/001.wav#t=62.2"' in reports.page([told], AT)
    for text in ("1:02", "The agent <b>knows</b>.", "“At nine.”", "maybe", "unjudged", "It is late."):
        assert text in page.text
    (case_,) = ElementTree.fromstring(reports.junit([told], AT)).iter("testcase")
    assert case_.findtext("failure") == "judged not to be so: The agent <b>knows</b>. ('At nine.')"
    assert "judged: pass: The agent is polite. ('Hello.')" in (case_.findtext("system-out") or "")
    assert "sound: calls/001.wav" in (case_.findtext("system-out") or "")


def test_files_and_table(tmp_path: Path) -> None:
    reports.write(RESULTS, tmp_path / "now", AT)
    assert sorted(path.name for path in (tmp_path / "now").iterdir()) == ["junit.xml", "report.html"]
    console = Console(width=200, record=True, file=StringIO())
    console.print(reports.table(RESULTS))
    shown = console.export_text()
    assert shown.count("failed") == 2
    assert "does not contain 'eight'" in shown
