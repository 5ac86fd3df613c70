"""Figures of the language model's own benchmark."""

import sys
from pathlib import Path

import pytest

from bench import model
from bench.model import Line, figures

WROTE = Line("/models/llm/some.gguf", n_threads=2, n_ubatch=512, n_prompt=0, avg_ts=9.5)
READ = Line("/models/llm/some.gguf", n_threads=2, n_ubatch=32, n_prompt=256, avg_ts=80.0)


def test_what_is_written_goes_by_threads_and_what_is_read_by_the_step() -> None:
    assert figures([WROTE, READ]) == {
        "writes_tokens_s_threads_2": 9.5,
        "reads_tokens_s_batch_32": 80.0,
        "step_s_batch_32": 0.4,
    }


@pytest.mark.parametrize("text", ["", "no model\n", '{"n_threads": 2}\n'])
def test_what_is_no_result_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "lines"
    path.write_text(text)
    monkeypatch.setattr(sys, "argv", ["bench.model", str(path)])
    assert model.main() == 2
    assert capsys.readouterr().err.startswith("bench: ")
