"""Starting the edge: what it wants to know first."""

from pathlib import Path

from tests.stack.scripts.run import run


def test_without_cells_there_is_nothing_to_start(env_file: Path) -> None:
    done = run("scripts/setup/edge.sh", "up", ENV_FILE=str(env_file))
    assert done.returncode == 1
    assert done.stderr.startswith("error: EDGE_CELLS is not set\n")
    assert f"Say in {env_file} where the cells are" in done.stderr


def test_what_it_can_do_is_told() -> None:
    done = run("scripts/setup/edge.sh", "sideways")
    assert done.returncode == 1
    assert done.stderr == "error: usage: edge.sh up|cells\n"
