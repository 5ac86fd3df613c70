"""Prepares a Piper voice for the streaming engine.

streaming-vits runs a voice as two graphs, a front end and a decoder that works in chunks, and would split
the voice itself on first use. The workers mount the volume read-only, so it is done here, in
`.streaming-vits/` beside the voice (pass it as `cache`), with the `tokens.txt` that it reads phoneme
numbers from.
"""

import importlib.metadata
import json
import os
import shutil
from pathlib import Path

from models.catalogue.records import Model
from models.store import Store

FOLDER = ".streaming-vits"


def tag(model: Model) -> str:
    """Name the maker: a new release of the engine prepares the voice again."""
    return f"{model.value} streaming-vits {importlib.metadata.version('streaming-vits')}"


def prepare(model: Model, store: Store) -> None:
    """Write `tokens.txt` and the split graphs of a voice whose files are there."""
    # Takes a second to import and is needed once: a run that finds everything in place does without it.
    from streaming_vits import graph  # noqa: PLC0415

    folder = store.root / model.folder
    voice = folder / f"{model.value}.onnx"
    config = json.loads(voice.with_suffix(".onnx.json").read_text(encoding="utf-8"))
    tokens = folder / "tokens.txt"
    _replace(tokens, tokens_of(config["phoneme_id_map"]))
    new = store.scratch / f"{model.value}.split"
    shutil.rmtree(new, ignore_errors=True)
    graph.split(voice, new, sample_rate=config["audio"]["sample_rate"], verbose=False)
    final = folder / FOLDER
    shutil.rmtree(final, ignore_errors=True)
    os.replace(new, final)
    store.remember_prepared(tag(model), [tokens, *sorted(final.iterdir())])


def tokens_of(phoneme_ids: dict[str, list[int]]) -> str:
    """Return a `tokens.txt`: a line `<token> <number>` for each phoneme; a token may be the space."""
    return "".join(f"{token} {ids[0]}\n" for token, ids in phoneme_ids.items())


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
