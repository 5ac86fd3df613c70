# Needs no model server: the entrypoint prints the command line that it would run.
import subprocess
from pathlib import Path

import pytest

ENTRYPOINT = Path(__file__).parents[3] / "llm" / "entrypoint"


def run(models: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ENTRYPOINT), "command"],
        env={"PATH": "/usr/bin:/bin", "MODELS_DIR": str(models), **settings},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / "llm").mkdir()
    (tmp_path / "llm" / "some.gguf").write_bytes(b"GGUF\x03\x00\x00\x00")
    (tmp_path / "llm" / "page.gguf").write_bytes(b"<html>not found</html>")
    return tmp_path


def test_the_model_and_the_slots_are_on_the_command_line(models: Path) -> None:
    settings = {"LLM_MODEL_FILE": "some.gguf", "LLM_THREADS": "3", "LLM_SLOTS": "2", "LLM_CONTEXT": "1000"}
    result = run(models, **settings)
    assert result.returncode == 0, result.stderr
    assert f"--model {models}/llm/some.gguf --alias some " in result.stdout
    assert "--threads 3 --threads-batch 3 --parallel 2 --ctx-size 2000" in result.stdout


def test_the_key_is_not_on_the_command_line(models: Path) -> None:
    result = run(models, LLM_MODEL_FILE="some.gguf", LLM_API_KEY="very-secret")
    assert result.returncode == 0
    assert "very-secret" not in result.stdout


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LLM_MODEL_FILE", "missing.gguf", "run 'make models' to fetch it"),
        ("LLM_MODEL_FILE", "page.gguf", "is no GGUF file"),
        ("LLM_MODEL_FILE", "../../etc/passwd", "must be the name of a .gguf file"),
        ("LLM_THREADS", "many", "must be a number from 1 to 512"),
        ("LLM_THREADS", "0", "must be a number from 1 to 512"),
        ("LLM_SLOTS", "-1", "must be a number from 1 to 64"),
        ("LLM_CONTEXT", "100", "must be a number from 512 to 131072"),
        ("LLM_BATCH", "8", "must be a number from 16 to 8192"),
        ("LLM_CACHE_MIB", "1G", "must be a number from 0 to 999999"),
        ("LOG_LEVEL", "loud", "must be debug, info, warning or error"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(models: Path, name: str, value: str, said: str) -> None:
    result = run(models, **{"LLM_MODEL_FILE": "some.gguf", name: value})
    assert result.returncode == 78
    assert result.stderr.startswith(f"llm: {name} ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
