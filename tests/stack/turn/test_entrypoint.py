"""The TURN server's settings: what is written of them, and what is refused. Needs no coturn."""

import subprocess
from pathlib import Path

import pytest

ENTRYPOINT = Path(__file__).parents[3] / "turn" / "entrypoint"
GOOD = {
    "TURN_SECRET": "a-long-random-word",
    "ADDRESSES": "172.18.0.5 10.9.9.9",
    "PEER": "172.18.0.2",
}
NASTY = (
    "$(touch /tmp/spoilt)",
    "`id`",
    "1\nallowed-peer-ip=0.0.0.0-255.255.255.255",
    "-x",
    "1.2.3.4-5.6.7.8",
    "!",
)


def run(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ENTRYPOINT), "render", str(folder)],
        env={"PATH": "/usr/sbin:/usr/bin:/bin", **GOOD, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def rendered(folder: Path, **settings: str) -> list[str]:
    done = run(folder, **settings)
    assert done.returncode == 0, done.stderr
    return (folder / "turnserver.conf").read_text().splitlines()


def test_it_relays_to_asterisk_and_denies_all_else(tmp_path: Path) -> None:
    lines = rendered(tmp_path)
    assert [line for line in lines if "peer-ip" in line] == [
        "denied-peer-ip=0.0.0.0-255.255.255.255",
        "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "allowed-peer-ip=172.18.0.2",
    ]
    assert {"no-tcp-relay", "no-multicast-peers", "use-auth-secret"} <= set(lines)
    assert (tmp_path / "peer").read_text() == "172.18.0.2\n"


def test_it_listens_and_relays_on_its_first_address(tmp_path: Path) -> None:
    lines = rendered(tmp_path, TURN_PORT="3500", LOG_LEVEL="warning")
    assert {"listening-ip=172.18.0.5", "relay-ip=172.18.0.5", "listening-port=3500"} <= set(lines)
    assert "log-min-level=warning" in lines
    assert "static-auth-secret=a-long-random-word" in lines


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    rendered(tmp_path / "run")
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "run").iterdir()} == {0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TURN_SECRET", ""),
        ("TURN_SECRET", "short"),
        ("TURN_SECRET", "with a space"),
        ("TURN_SECRET", "two-lines-of\nno-auth"),
        ("TURN_PORT", "80"),
        ("TURN_PORT", "50000"),
        ("TURN_PORT", "turn"),
        ("LOG_LEVEL", "loud"),
        ("PEER", "asterisk"),
        ("PEER", "10.0.0.999"),
        *((name, value) for name in ("TURN_PORT", "PEER", "LOG_LEVEL") for value in NASTY),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    done = run(tmp_path / "run", **{name: value})
    assert done.returncode == 78
    assert f"turn: {name} " in done.stderr
    assert not (tmp_path / "run").exists()
    assert not Path("/tmp/spoilt").exists()


def test_a_secret_is_not_printed(tmp_path: Path) -> None:
    done = run(tmp_path / "run", TURN_SECRET="a secret")
    assert done.returncode == 78
    assert "a secret" not in done.stdout + done.stderr
