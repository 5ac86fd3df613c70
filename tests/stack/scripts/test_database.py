"""Starting the PostgreSQL with the records of all cells: what it wants to know first."""

from pathlib import Path

from tests.stack.scripts.run import run


def test_without_a_password_there_is_nothing_to_start(env_file: Path) -> None:
    lines = env_file.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("DATABASE_PASSWORD=")]
    assert len(kept) == len(lines) - 1  # a new file has one
    env_file.write_text("\n".join([*kept, "DATABASE_PASSWORD="]) + "\n")
    done = run("scripts/setup/database.sh", "up", ENV_FILE=str(env_file))
    assert done.returncode == 1
    assert done.stderr.startswith("error: DATABASE_PASSWORD is not set\n")


def test_what_it_can_do_is_told() -> None:
    done = run("scripts/setup/database.sh", "sideways")
    assert done.returncode == 1
    assert done.stderr == "error: usage: database.sh up | psql [ARGUMENTS]\n"
