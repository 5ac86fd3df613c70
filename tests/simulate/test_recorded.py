"""A call that was kept, as a test."""

import io
from pathlib import Path

import msgspec
import pytest

from parley.agents import load_agents
from parley.messages import Event
from parley.simulation.load import read
from parley.simulation.schema import End, Script
from records.insight.course import follow
from records.insight.insight import analyse
from records.record import assemble
from simulate.recorded import Kept, Said, main, masked, written

ROOT = Path(__file__).parents[2]


def record(call: str, *said: tuple[str, str], outcome: str = "completed", caller: str = "1001") -> str:
    """A line of what `python -m records export` prints."""
    lines = [
        Event(call=call, kind=f"{who}_said", at=2.0 + n, data={"text": text, "agent": "techstore"})
        for n, (who, text) in enumerate(said)
    ]
    told = [
        Event(
            call=call,
            kind="call_started",
            at=1.0,
            data={"agent": "techstore", "channel": "web", "caller": caller},
        ),
        *lines,
        Event(call=call, kind="call_ended", at=99.0, data={"agent": "techstore", "outcome": outcome}),
    ]
    return msgspec.json.encode(assemble(call, told, analyse(follow(told)))).decode()


SAID = (
    ("agent", "Hello, this is TechStore."),
    ("caller", "My name is Peter Miller, and my number is +49 30 123456789. When do you close on Saturday?"),
    ("agent", "On Saturday we are open from 10 to 5."),
    ("agent", "Is there anything else that I can do for you?"),
    ("caller", "No: thank you."),
)


def printed(call: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    kept = [record("c1", *SAID), record("c2", ("caller", "Hm?"), outcome="caller_hung_up"), record("c3")]
    return run(call, "\n".join(kept) + "\n", capsys, monkeypatch)


def run(
    call: str, records: str | bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """What is printed, or the exit status and what is said."""
    read = io.BytesIO(records if isinstance(records, bytes) else records.encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(read))
    status = main(["recorded", call])
    said = capsys.readouterr()
    return said.out if status == 0 else f"{status}: {said.err}"


def test_a_kept_call_becomes_a_test_that_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c1.yaml"
    path.write_text(printed("c1", capsys, monkeypatch))
    agents, _ = load_agents(ROOT / "agents")
    (case,) = read(path, agents["techstore"], agents)
    assert isinstance(case.what, Script)
    first, last = case.what.turns
    assert case.language == "en"
    assert first.say.endswith("When do you close on Saturday?")
    assert "Miller" not in path.read_text()
    assert "123456789" not in path.read_text()
    assert (
        first.means == "On Saturday we are open from 10 to 5. Is there anything else that I can do for you?"
    )
    assert (last.say, last.means) == ("No: thank you.", ())
    assert case.what.at_end == End(outcome="resolved")


@pytest.mark.parametrize(
    ("said", "printed_as"),
    [
        ("It is spelled M-I-L-L-E-R.", "It is spelled [name]."),
        (
            "Thank you, Peter Miller. Is that right, Mrs Miller?",
            "Thank you, [name]. Is that right, Mrs [name]?",
        ),
        ("Peter's order is 48151623, of 2026-11-28.", "[name]'s order is [number], of [number]."),
        ("It is four seven one one, and costs $1,299 at 9:30.", "It is [number], and costs $1,299 at 9:30."),
        ("You typed 4, 7, 1, 2.", "You typed [order]."),
        ("IBAN DE89 3704 0044 0532 0130 07.", "IBAN [iban]."),
        ("a n n at example dot com, or ann@example.com", "[email], or [email]"),
        ("The visit is on the third of March, ilse.", "The visit is on the third of March, [patient]."),
    ],
)
def test_who_somebody_is_stands_nowhere_in_it(said: str, printed_as: str) -> None:
    told = [
        {"kind": "collected", "name": "order", "digits": "4712"},
        {"kind": "collected", "name": "patient", "of": "name", "value": "Ilse"},
        {"kind": "collected", "name": "phone", "of": "phone", "value": "•••"},
        {"kind": "collected", "name": "day", "of": "date", "value": "March"},
    ]
    lines = [Said("caller", "My name is Peter Miller."), Said("agent", said)]
    assert masked(Kept("c1", "shop", lines, told)) == ["My name is [name].", printed_as]


def test_what_the_caller_really_said_is_the_test() -> None:
    kept = Kept("c1", "shop", [Said("caller", "Wen do you clothes?", "When do you close?")])
    assert "say: When do you close?" in written(kept)


def test_what_was_said_of_an_interrupted_answer_means_nothing() -> None:
    lines = [Said("caller", "When do you close?"), Said("agent", "At", whole=False), Said("agent", "Yes?")]
    assert "means: Yes?" in written(Kept("c1", "shop", lines))


def test_the_last_call_is_none_of_the_canarys(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = record("c2", ("caller", "When do you open?"), caller="canary")
    assert "close on Saturday" in run("last", record("c1", *SAID) + "\n" + test + "\n", capsys, monkeypatch)
    assert "no record of a call last" in run("last", test + "\n", capsys, monkeypatch)
    assert "When do you open?" in run("c2", test + "\n", capsys, monkeypatch)


def test_what_went_wrong_is_not_asked_for_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "at_end" not in printed("c2", capsys, monkeypatch)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("c9", "1: recorded: there is no record of a call c9"),
        ("last", "1: recorded: the caller of c3 said nothing"),
        ("", "2: recorded: which call?"),
    ],
)
def test_what_cannot_be_made(
    call: str, complaint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complaint in printed(call, capsys, monkeypatch)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"no JSON", "JSON is malformed"),
        (b"", "Input data was truncated"),
        (b'{"call": "c9", "agent": "shop"', "Input data was truncated"),
        (b'{"call": "c9", "agent": "shop"}', "Object missing required field `turns`"),
        (
            b'{"call": "c9", "agent": "shop", "turns": [{"who": "caller"}]}',
            "Object missing required field `text`",
        ),
        (b'{"call": "c9", "agent": "shop", "turns": [], "events": [1]}', "Expected `object`, got `int`"),
        (b'{"call": "\xff", "agent": "shop", "turns": []}', ""),
        (b"[1]", "Expected `object`, got `array`"),
        (b"[" * 100_000, ""),
    ],
    ids=range(9),
)
@pytest.mark.parametrize("call", ["c1", "last"])
def test_a_line_that_is_no_record_is_named(
    line: bytes, reason: str, call: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run(call, record("c1", *SAID).encode() + b"\n" + line + b"\n", capsys, monkeypatch)
    assert said.startswith("2: recorded: line 2 of the records is none: ")
    assert reason in said
    assert said.count("\n") == 1


def test_a_value_is_hidden_whatever_the_record_lacks_of_it() -> None:
    told: list[dict[str, object]] = [
        {"kind": "collected", "value": "Ilse"},
        {"kind": "collected", "name": "\\1", "value": None, "digits": "47"},
    ]
    kept = Kept("c1", "shop", [Said("caller", "Ilse, of house 47.")], told)
    assert masked(kept) == ["[value], of house [\\1]."]


def test_of_a_long_call_as_much_is_kept_as_a_test_may_have(tmp_path: Path) -> None:
    turns = [Said("agent", "Hello."), Said("caller", ""), Said("caller", "When do you close? " * 200)]
    turns += [Said("agent", ""), *[Said("agent", "At six, as every day of the week. ")] * 100]
    turns += [Said("caller", "And on Sunday?"), Said("agent", "Not at all.")] * 150
    path = tmp_path / "long.yaml"
    path.write_text(written(Kept("c1", "techstore", turns)))
    agents, _ = load_agents(ROOT / "agents")
    (case,) = read(path, agents["techstore"], agents)
    assert isinstance(case.what, Script)
    assert len(case.what.turns) == 100
    assert (case.what.turns[1].say, case.what.turns[1].means) == ("And on Sunday?", "Not at all.")
