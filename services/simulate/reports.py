"""The reports of a run: a table, JUnit's XML, and a page of HTML."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.markup import escape
from rich.table import Table

from simulate.results import Result

_FOLDER = Path(__file__).parent
_COLOURS = {"ok": "green", "failed": "red", "not ended": "yellow", "caller late": "yellow"}
# What XML 1.0 cannot hold, escaped or not.
_NOT_IN_XML = {code: None for code in (*range(32), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"}


def table(results: Sequence[Result]) -> Table:
    """A line for each conversation."""
    shown = Table("", "agent", "conversation", "messages", "slowest answer", "what is wrong")
    for result in results:
        shown.add_row(
            f"[{_COLOURS[result.state]}]{result.state}[/]",
            result.case.agent,
            escape(result.case.name),
            str(_messages(result)),
            f"{result.slowest_s:.1f} s",
            escape("\n".join(result.problems)),
        )
    return shown


def _messages(result: Result) -> int:
    return sum(bool(step.exchange.said) for step in result.steps)


def junit(results: Sequence[Result], at: datetime) -> bytes:
    """The results as JUnit's XML: a suite for each test file, a case for each conversation."""
    root = ElementTree.Element("testsuites", name="simulate")
    for (agent, file), group in groupby(results, key=lambda result: (result.case.agent, result.case.file)):
        held = list(group)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=f"{agent}/{file}",
            tests=str(len(held)),
            failures=str(sum(not result.ok and not result.broken for result in held)),
            errors=str(sum(bool(result.broken) for result in held)),
            time=f"{sum(result.seconds for result in held):.3f}",
            timestamp=at.isoformat(timespec="seconds"),
        )
        for result in held:
            _case(suite, result)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _case(suite: ElementTree.Element, result: Result) -> None:
    case = result.case
    element = ElementTree.SubElement(
        suite,
        "testcase",
        name=_clean(case.name),
        classname=f"{case.agent}.{case.file}",
        file=f"agents/{case.agent}/tests/{case.file}.yaml",
        line=str(case.line),
        time=f"{result.seconds:.3f}",
    )
    if not result.ok:
        kind = "error" if result.broken else "failure"
        problem = ElementTree.SubElement(element, kind, message=_clean(result.problems[0]))
        problem.text = _clean("\n".join(result.problems))
    told = [
        f"{who}: {text}"
        for step in result.steps
        for who, text in (("caller", step.exchange.said), ("agent", step.exchange.answer))
        if text
    ]
    told += [f"judged: {each.verdict}: {each.statement} ({each.sentence!r})" for each in result.judged]
    told += [f"not judged: {statement}" for statement in result.unjudged]
    told += [f"sound: {result.recording}"] if result.recording else []
    ElementTree.SubElement(element, "system-out").text = _clean("\n".join(told))


def _clean(text: str) -> str:
    return text.translate(_NOT_IN_XML)


def page(results: Sequence[Result], at: datetime) -> str:
    """Every conversation, message by message, as a page of HTML; what anybody wrote stands there as text. It needs
    nothing but the sound of conversations by voice beside it.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html.j2").render(
        results=results,
        at=at.isoformat(sep=" ", timespec="minutes"),
        failed=sum(result.state == "failed" for result in results),
        stopped=sum(result.stopped for result in results),
    )


def write(results: Sequence[Result], folder: Path, at: datetime) -> None:
    """Write both files into a folder; raise OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "junit.xml").write_bytes(junit(results, at))
    (folder / "report.html").write_text(page(results, at), encoding="utf-8")
