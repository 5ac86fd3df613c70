import os
from pathlib import Path

import pytest

from agent.knowledge.embedder import MiniLm

MODELS = Path(os.environ.get("MODELS_DIR", "/models"))


@pytest.fixture(scope="session")
def minilm() -> MiniLm:
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    return MiniLm(MODELS)
