from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.edge.peers import CELLS, Cell, Edge, is_installed


@pytest.fixture(scope="module")
def cells() -> Iterator[list[Cell]]:
    made = [Cell(where) for where in CELLS]
    yield made
    for cell in made:
        cell.close()


@pytest.fixture(scope="module")
def one_edge(tmp_path_factory: pytest.TempPathFactory, cells: list[Cell]) -> Iterator[Edge]:
    if not is_installed():
        pytest.skip("needs kamailio")
    with Edge(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


@pytest.fixture
def edge(one_edge: Edge, cells: list[Cell]) -> Edge:
    """One whose cells are all there, and have no calls."""
    one_edge.hang_up()
    one_edge.kill()
    for cell in cells:
        cell.alive, cell.answer = True, ("200 OK",)
        cell.requests.clear()
    one_edge.start()
    return one_edge


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """For an edge with other settings."""
    if not is_installed():
        pytest.skip("needs kamailio")
    return tmp_path
