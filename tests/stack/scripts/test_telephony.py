"""What Asterisk takes over while calls go on: the file that it is written to, and what becomes of a wrong one."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stack.scripts.run import Run, run

Docker = Callable[[str, str], dict[str, str]]


@pytest.fixture
def reload(env_file: Path, tmp_path: Path) -> Callable[..., Run]:
    """`reload("write", QUEUES=...)`: the script, with folders of its own."""

    def reload(*arguments: str, **environ: str) -> Run:
        own = {"ENV_FILE": str(env_file), "SETTINGS_DIR": str(tmp_path / "settings")}
        return run(
            "scripts/setup/telephony.sh", *arguments, USERS_FILE=str(tmp_path / "users.env"), **own, **environ
        )

    return reload


def written(tmp_path: Path) -> dict[str, str]:
    lines = (tmp_path / "settings/asterisk/settings.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_users_queues_and_the_trunk_are_written(reload: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "users.env").write_text("# Reception\nSIP_PASSWORD_2001='quoted-password'\n")
    done = reload("write", QUEUES="sales:1001,1002", TRUNK_HOST="sip.example")
    assert done.returncode == 0, done.stderr
    settings = written(tmp_path)
    assert settings["SIP_PASSWORD_2001"] == "quoted-password"
    assert (settings["QUEUES"], settings["TRUNK_HOST"]) == ("sales:1001,1002", "sip.example")
    assert len(settings["SIP_PASSWORD_1001"]) == 24
    assert "REDIS_PASSWORD" not in settings


def test_asterisk_can_read_the_file_and_others_on_the_machine_cannot(
    reload: Callable[..., Run], tmp_path: Path
) -> None:
    reload("write")
    modes = [
        stat.S_IMODE((tmp_path / path).stat().st_mode)
        for path in ("settings", "settings/asterisk", "settings/asterisk/settings.env")
    ]
    assert modes == [0o700, 0o755, 0o644]


def test_another_setting_among_the_users_is_named(reload: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "users.env").write_text("TRUNK_HOST=sip.example\n")
    done = reload("write")
    assert done.returncode == 1
    assert "TRUNK_HOST does not belong into" in done.stderr
    assert not (tmp_path / "settings/asterisk/settings.env").exists()


def test_what_asterisk_takes_over_stays(reload: Callable[..., Run], docker: Docker, tmp_path: Path) -> None:
    reload("write")
    done = reload(QUEUES="sales:1001", **docker("compose", "asterisk: taken over"))
    assert done.returncode == 0, done.stderr
    assert "taken over" in done.stdout
    assert written(tmp_path)["QUEUES"] == "sales:1001"


def test_what_asterisk_refuses_does_not_stay(
    reload: Callable[..., Run], docker: Docker, tmp_path: Path
) -> None:
    reload("write")
    done = reload(QUEUES="nonsense", **docker("ps", ""))  # and no answer to compose: it fails
    assert done.returncode == 1
    assert "as they were" in done.stderr
    assert written(tmp_path)["QUEUES"] == ""


def test_before_the_first_start_there_is_nothing_to_take_over(reload: Callable[..., Run]) -> None:
    done = reload()
    assert done.returncode == 1
    assert "make up" in done.stderr


def test_the_edge_gets_users_and_cells_and_nothing_of_the_trunk(
    reload: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "users.env").write_text("SIP_PASSWORD_2001=another-password\n")
    done = reload("write", "edge", EDGE_CELLS="10.0.0.11", EDGE_DRAINED="10.0.0.11", TRUNK_PASSWORD="secret")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "settings/edge/settings.env").read_text().splitlines()
    assert {line.split("=")[0] for line in lines} == {
        *("SIP_PASSWORD_1000", "SIP_PASSWORD_1001", "SIP_PASSWORD_1002", "SIP_PASSWORD_2001"),
        *("EDGE_CELLS", "EDGE_DRAINED"),
    }
    assert {"EDGE_CELLS=10.0.0.11", "EDGE_DRAINED=10.0.0.11"} < set(lines)
    assert not (tmp_path / "settings/asterisk").exists()


def test_what_the_edge_refuses_does_not_stay(
    reload: Callable[..., Run], docker: Docker, tmp_path: Path
) -> None:
    reload("write", "edge", EDGE_CELLS="10.0.0.11")
    done = reload("edge", EDGE_CELLS="nonsense!", **docker("ps", ""))
    assert done.returncode == 1
    assert "users and cells are as they were" in done.stderr
    assert "EDGE_CELLS=10.0.0.11\n" in (tmp_path / "settings/edge/settings.env").read_text()


def test_a_cell_is_told_of_its_edge(reload: Callable[..., Run], tmp_path: Path) -> None:
    reload("write", EDGE_HOST="10.0.0.5")
    assert written(tmp_path)["EDGE_HOST"] == "10.0.0.5"
