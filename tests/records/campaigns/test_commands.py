"""`make campaign`: a list is taken in, tried, started, paused, and told what came of it."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from redis.asyncio import Redis

from parley.outside.dialling import Dial, DialAnswer
from records.campaigns.__main__ import dry_run, load_files, main, pause, results, show, start
from records.campaigns.book import Book
from tests.api.worker import dialler

PLAN = "{agent: shop, greeting: 'Hello {name}.'}\n"
LIST = "number,consent,name\n+4930123456,form,Jane\n1001,,Joe\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spring.yaml").write_text(PLAN)
    (tmp_path / "spring.csv").write_text(LIST)
    return tmp_path


@pytest.fixture
def book(folder: Path) -> Book:
    book = Book(folder / "records")
    load_files(book, folder, "spring")
    return book


def test_a_list_is_taken_in_once_and_what_is_new_is_added(
    folder: Path, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    load_files(book, folder, "spring")
    assert capsys.readouterr().out == "spring: 2 people, 0 of them new; 1 without consent are not called\n"
    (folder / "spring.csv").write_text(LIST + "1002,form,Jim\n")
    load_files(book, folder, "spring")
    assert capsys.readouterr().out.startswith("spring: 3 people, 1 of them new")
    start(book, "spring")
    show(book)
    pause(book, "spring")
    show(book)
    told = capsys.readouterr().out
    assert "spring  running  3 people left" in told
    assert "spring  paused  3 people left" in told
    results(book, "spring")
    assert capsys.readouterr().out.splitlines()[:2] == [
        "number,state,outcome,attempts,last_call,last_at",
        "+4930123456,waiting,,0,,",
    ]


def test_a_list_is_a_workbook_as_well_and_there_is_only_one(folder: Path, book: Book) -> None:
    sheet = openpyxl.Workbook()
    assert isinstance(sheet.active, Worksheet)
    for row in (["number", "consent", "name"], [1003, "form", "Jill"]):
        sheet.active.append(row)
    sheet.save(folder / "spring.xlsx")
    with pytest.raises(ValueError, match=r"spring\.csv and spring\.xlsx"):
        load_files(book, folder, "spring")
    (folder / "spring.csv").unlink()
    load_files(book, folder, "spring")
    assert [each.number for each in book.results("spring")] == ["+4930123456", "1003", "1001"]


async def test_a_dry_run_rings_nobody_and_says_what_would_come_of_it(
    book: Book, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(dial: Dial) -> DialAnswer:
        assert dial.dry_run
        if dial.consent:
            return DialAnswer(result="allowed")
        return DialAnswer(result="refused", reason="no consent", rule="consent")

    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    capsys.readouterr()
    async with dialler(redis_url, answer):
        await dry_run(book, "spring", redis_url)
    assert capsys.readouterr().out.splitlines() == [
        "number,result,rule,reason,greeting",
        "+4930123456,allowed,,,Hello Jane.",
        "1001,refused,consent,no consent,Hello Joe.",
    ]
    assert [each.state for each in book.results("spring")] == ["waiting", "waiting"]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("spring.yaml", "agent: 3", "campaigns/spring.yaml: "),
        ("spring.csv", "number\n", "campaigns/spring.csv: line 1"),
        ("spring.xlsx", "number\n", "which one is the list"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(
    folder: Path, book: Book, file: str, text: str, told: str
) -> None:
    (folder / file).write_text(text)
    with pytest.raises(ValueError, match=told):
        load_files(book, folder, "spring")
    with pytest.raises(ValueError, match=r"campaigns/autumn.yaml cannot be read"):
        load_files(book, folder, "autumn")
    with pytest.raises(ValueError, match="there is no campaign 'autumn'"):
        start(book, "autumn")


@pytest.mark.parametrize(
    "argv", [[], ["start"], ["list", "spring"], ["call", "spring"], ["load", "../spring"]]
)
def test_what_it_does_not_know_it_says(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert "usage" in capsys.readouterr().err
