"""How near an answer comes to what it should mean, by the embeddings with which agents search their knowledge."""

from functools import cached_property
from pathlib import Path

from agent.knowledge.embedder import Embedder, MiniLm, likeness
from agent.knowledge.multilingual import MultilingualE5
from parley import languages


class Meaning:
    """Judges by one model for English and one for every other language, each read when it is needed."""

    def __init__(self, models: Path) -> None:
        """`models`: the folder of the model files."""
        self._models = models

    @cached_property
    def _english(self) -> Embedder:
        return MiniLm(self._models)

    @cached_property
    def _other(self) -> Embedder:
        return MultilingualE5(self._models)

    def likeness(self, wanted: str, answer: str, language: str) -> float:
        """How like an answer, or the likest of its sentences, is to a text: up to 1. Blocks; raise ModelMissing."""
        return likeness(self._english if language == languages.DEFAULT else self._other, wanted, answer)
