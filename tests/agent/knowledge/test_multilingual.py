"""The model for languages other than English."""

import os
from pathlib import Path

import pytest

from agent.knowledge.multilingual import NAME, MultilingualE5
from parley.errors import ModelMissing

MODELS = Path(os.environ.get("MODELS_DIR", "/models"))


@pytest.fixture(scope="module")
def model() -> MultilingualE5:
    if not (MODELS / "embeddings" / NAME).is_dir():
        pytest.skip(f"{NAME} has not been fetched to {MODELS}")
    return MultilingualE5(MODELS)


def test_the_like_is_near_in_german(model: MultilingualE5) -> None:
    question = model.embed(["Wann habt ihr auf?"], asked=True)[0]
    near, far = model.embed(["Geöffnet ist von 8 bis 17 Uhr.", "Der Hund schläft im Garten."]) @ question
    assert near > far > 0.6


def test_tokens_have_their_places_without_the_prefix(model: MultilingualE5) -> None:
    text = "Was kostet das Hallenbad?"
    (read,) = model.encode([text], asked=True)
    assert len(read.tokens) == len(read.spans)
    assert text[read.spans[-1][0] : read.spans[-1][1]] == "?"
    assert "Was" in text[max(0, read.spans[0][0]) : read.spans[0][1]]


def test_a_batch_reads_as_each_alone(model: MultilingualE5) -> None:
    texts = ["Kurz.", "Ein Satz, der um einiges länger ist als der andere."]
    for text, together in zip(texts, model.embed(texts), strict=True):
        assert float(model.embed([text])[0] @ together) == pytest.approx(1.0, abs=1e-3)


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        MultilingualE5(tmp_path)
    folder = tmp_path / "embeddings" / NAME
    folder.mkdir(parents=True)
    (folder / "e5-small-q4.bin").write_bytes(b"something else")
    with pytest.raises(ModelMissing):
        MultilingualE5(tmp_path)
