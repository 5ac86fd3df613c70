"""`python -m simulate`: what it holds, writes and says."""

import asyncio
import signal
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from agent.knowledge.library import Found
from parley.agents import load_agents
from parley.agents.scaffold import scaffold
from parley.simulation.calls import SIMULATED_EVENTS
from simulate.__main__ import main
from simulate.bus import SimulationBus
from tests.simulate.conftest import open_stage

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, redis_url: str) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path / "agents"))
    monkeypatch.setenv("COLUMNS", "200")
    scaffold(tmp_path / "agents", "acme")
    scaffold(tmp_path / "agents", "other")


@pytest.mark.parametrize(
    ("answer", "status", "failed"), [("I am Acme's automatic assistant.", 0, 0), ("Hm.", 1, 1)]
)
async def test_a_new_agents_first_test_is_held_and_reported(
    redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: str, status: int, failed: int
) -> None:
    agents, _ = load_agents(tmp_path / "agents")
    async with open_stage(redis_url, agents) as scene:
        scene.library.found = Found(line=answer, register="say")
        assert await asyncio.to_thread(main, ["acme", "--out", str(tmp_path / "out")]) == status
    assert f"1 conversation, {failed} failed" in (told := capsys.readouterr()).out
    assert f"1/1 {'failed' if failed else 'ok'}: acme, " in told.err, "a line for each without a terminal"
    (junit,) = (tmp_path / "out").glob("*/junit.xml")
    (case,) = ElementTree.parse(junit).iter("testcase")
    assert (case.get("classname"), len(case.findall("failure"))) == ("acme.first", failed)
    assert "Are you a robot?" in junit.with_name("report.html").read_text()


def test_what_cannot_be_tried_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nobody"]) == 2
    assert "AGENT: there is no agent 'nobody'; there are acme, other" in capsys.readouterr().err
    assert main(["acme", "--only", "what nobody asks"]) == 2
    assert "has such a test" in capsys.readouterr().err
    (tmp_path / "agents" / "acme" / "tests" / "first.yaml").write_text("scripts: []\n")
    assert main(["acme"]) == 2
    assert "acme/tests/first.yaml: needs scripts or personas" in capsys.readouterr().err.replace(":1:", ":")
    (tmp_path / "agents" / "acme" / "agent.yaml").write_text("company: Acme\n")
    assert main(["acme"]) == 2
    assert "acme/agent.yaml" in capsys.readouterr().err


def test_without_redis_it_is_said_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert main(["acme"]) == 2
    assert "simulate: " in capsys.readouterr().err


async def test_what_was_held_is_told_where_it_cannot_be_written(
    redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agents, _ = load_agents(tmp_path / "agents")
    (tmp_path / "out").write_text("a file")
    async with open_stage(redis_url, agents) as scene:
        scene.library.found = Found(line="Hm.", register="say")
        assert await asyncio.to_thread(main, ["acme", "--out", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert "does not" in out
    assert "simulate: " in err


async def test_ctrl_c_tells_what_was_held(redis_url: str, tmp_path: Path) -> None:
    """Nobody answers the first conversation; the others are not begun."""
    bus = SimulationBus.connect(redis_url)
    before = await bus.last_id(SIMULATED_EVENTS)
    command = ("-m", "simulate", "acme", "other", "--parallel", "1", "--out", str(tmp_path / "out"))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=ROOT / "services",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    while process.returncode is None and await bus.last_id(SIMULATED_EVENTS) == before:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await bus.close()
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    assert process.returncode == 130, err.decode()
    assert "not ended" in out.decode()
    assert "1 conversation, 0 failed, 1 not ended, 1 more not begun, in " in out.decode()
    assert "Traceback" not in err.decode()
    (junit,) = (tmp_path / "out").glob("*/junit.xml")
    (case,) = ElementTree.parse(junit).iter("testcase")
    assert case.find("error").get("message") == "the run was stopped before it had ended"  # type: ignore[union-attr]
    assert "1 not ended, since the run was stopped" in junit.with_name("report.html").read_text()


@pytest.mark.parametrize("louder", ["-21", "61", "nan"])
def test_so_much_louder_than_a_street_callers_may_be(louder: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["acme", f"--noise={louder}"])
    assert "--noise: must be -20 to 60" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--noise=15", "--loss=3"])
def test_a_line_is_heard_through_by_voice_alone(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["acme", option])
    assert f"{option.partition('=')[0]}: callers are heard through it by voice" in capsys.readouterr().err


@pytest.mark.parametrize("most", ["0", "51", "two"])
def test_so_many_at_a_time_there_may_be(most: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["acme", "--parallel", most])
    assert "--parallel" in capsys.readouterr().err
