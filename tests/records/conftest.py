from collections.abc import Iterator
from pathlib import Path

import pytest

from records.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "records")
    yield store
    store.close()
