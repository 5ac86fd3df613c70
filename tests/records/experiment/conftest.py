import pytest

from records.store import Store
from tests.records.report.conftest import Calls


@pytest.fixture
def calls(store: Store) -> Calls:
    return Calls(store)
