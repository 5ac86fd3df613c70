"""The whole search, on a new agent with its first test, and what is printed of one."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from rich.console import Console

from agent.knowledge.embedder import Embedder, Encoding, Vectors
from parley.agents.scaffold import scaffold
from replay import search
from replay.knowing.curve import LEAST_ANSWERED, LEAST_UNKNOWN, Came, Point
from replay.knowing.reading import Once
from replay.knowing.search import Found, show
from replay.knowing.truth import Asked
from tests.fakes.kept_calls import events, keep

MODELS = Path(os.environ.get("MODELS_DIR", "/models"))


def test_without_recordings_the_knowledge_is_tried_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    scaffold(tmp_path / "agents", "techstore")
    cafe = "scripts: [{name: x, turns: [{say: 'Do you treat horses?', contains: I do not know}]}]\n"
    (tmp_path / "agents" / "techstore" / "tests" / "second.yaml").write_text(cafe)
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path / "agents"))
    monkeypatch.setenv("MODELS_DIR", str(MODELS))
    monkeypatch.setenv("COLUMNS", "200")
    records, recordings = keep(tmp_path, events())
    assert search.main(["--records", str(records), "--recordings", str(recordings)]) == 2
    out, err = capsys.readouterr()
    assert "its recording is not there any more" in err
    assert "and 0 corrected turns" in out
    assert "all 2 lines of callers" in out
    assert "KNOWLEDGE_SURE=0.5" in out
    assert "KNOWLEDGE_NEAR=0.4" in out
    assert "Nothing is proposed: " in out
    assert "and 1 without one" in out


def point(name: str, **counts: int) -> Point:
    return Point(
        name, Counter(cast("dict[Came, int]", counts)), Counter(say=7, likely=1, unsure=2, unknown=3)
    )


def printed(tested: int, capsys: pytest.CaptureFixture[str], wrong: float = 3.0) -> str:
    asked = [Asked(cast("Any", None), number >= LEAST_UNKNOWN, lambda _: True) for number in range(tested)]
    sures = [point("", right=30), point("KNOWLEDGE_SURE=0.6", right=36, wrong=1)]
    nears = [point("", refused=3, unknown=9), point("KNOWLEDGE_NEAR=0.1", refused=1, unknown=9)]
    show(Found(sures, nears, asked, [], []), wrong, Console(width=200))
    return capsys.readouterr().out


def test_the_curve_is_shown_and_one_of_each_is_proposed(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(LEAST_ANSWERED + LEAST_UNKNOWN, capsys)
    row = next(line for line in out.splitlines() if "KNOWLEDGE_SURE=0.6" in line)
    assert [cell.strip() for cell in row.strip("│ ").split("│")][1:] == [
        *("36", "1", "0", "0", "0", "0", "0"),
        *("2.7 %", "7 / 3 / 3"),
    ]
    proposed = "Most said surely and rightly, with at most 3 % of it wrong: KNOWLEDGE_SURE=0.6"
    assert f"{proposed} (1 of 37 wrong: 95 % interval 0.5 to 13.8 %)\n" in out
    assert "with no less refused of what has no answer: KNOWLEDGE_NEAR=0.1\n" in out
    assert "with at most 1 % of it wrong: as it is (0 of 30 wrong" in printed(
        LEAST_ANSWERED + LEAST_UNKNOWN, capsys, 1.0
    )


def test_with_too_few_questions_the_curve_is_shown_alone(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(LEAST_ANSWERED + LEAST_UNKNOWN - 1, capsys)
    assert "KNOWLEDGE_SURE=0.6" in out
    assert "wrong: KNOWLEDGE_SURE" not in out
    assert "Nothing is proposed: " in out


class Counting:
    """An embedder that counts what it reads."""

    name, unlike = "x", 0.0

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        return np.stack([one.vector for one in self.encode(texts, asked=asked)])

    def encode(self, texts: Sequence[str], *, asked: bool = False) -> list[Encoding]:
        self.read += [f"{text}?" if asked else text for text in texts]
        return [
            Encoding(np.full(2, len(text), np.float32), np.zeros((1, 2), np.float32), ()) for text in texts
        ]


def test_a_question_is_read_once() -> None:
    counting = Counting()
    once: Embedder = Once(counting)
    first, again = (once.encode(["when"], asked=True) for _ in range(2))
    assert first is again
    assert once.embed(["when"], asked=True).tolist() == [[4.0, 4.0]]
    assert counting.read == ["when?"]
    once.embed(["when"])
    once.encode(["when"])
    assert counting.read == ["when?", "when", "when"]
