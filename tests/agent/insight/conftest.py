from pathlib import Path

import msgspec
import pytest

from agent.knowledge.embedder import MiniLm
from parley.agents import Agent, load_agent
from tests.agent.knowledge.conftest import MODELS

SHOP = """\
company: Shop
extensions: ["100"]
greeting: Hello!
persona: You are the shop's voice.
categories:
  returns:
    examples:
      - I want to return it.
      - How do I get my money back?
      - Can I exchange it?
      - May I bring it back?
  repairs:
    examples:
      - My phone does not switch on.
      - How long does a repair take?
      - The screen is broken.
      - Can you fix it?
    words: [warranty]
"""


@pytest.fixture(scope="module")
def model() -> MiniLm:
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    return MiniLm(MODELS)


@pytest.fixture
def shop(tmp_path: Path) -> Agent:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/agent.yaml").write_text(SHOP)
    return load_agent(tmp_path / "shop")


@pytest.fixture
def open_shop(shop: Agent) -> Agent:
    """One whose file says nothing of what callers want."""
    return msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, categories={}))
