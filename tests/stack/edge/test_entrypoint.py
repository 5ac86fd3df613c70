# The edge's settings: what is written of them, and what is refused. Needs Kamailio's tables, and no Kamailio.
import subprocess
from pathlib import Path

import pytest

from tests.stack.edge.peers import ENTRYPOINT, is_installed

GOOD = {
    "EDGE_CELLS": "10.0.0.11:5060,cell-b.example",
    "SIP_PASSWORD_1001": "first-phone-password",
    "ADDRESSES": "172.18.0.5 10.9.9.9",
}
NASTY = (
    "$(touch /tmp/spoilt)",
    "`id`",
    "10.0.0.1:5060\nlisten=udp:1.2.3.4:5",
    "10.0.0.1 4 0",
    '"',
    "!g",
    "*",
    "..",
    "-x",
)


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ENTRYPOINT), *arguments],
        env={
            "PATH": "/usr/sbin:/usr/bin:/bin",
            "SETTINGS": "/nowhere",
            "OWN_CERTIFICATE": f"{arguments[1]}-certificate",
            **GOOD,
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def render(folder: Path, **settings: str) -> dict[str, str]:
    if not is_installed():
        pytest.skip("needs kamailio's tables")
    done = run("render", str(folder), **settings)
    assert done.returncode == 0, done.stderr
    return {
        path.name: path.read_text() for path in folder.iterdir() if path.suffix != ".db" and path.is_file()
    }


def test_cells_are_written_with_their_ports_and_who_is_drained_with_its_flag(tmp_path: Path) -> None:
    files = render(tmp_path, EDGE_DRAINED="cell-b.example:5060")
    assert files["cells"].splitlines() == [
        "1 sip:10.0.0.11:5060 0 0 duid=10.0.0.11:5060",
        "1 sip:cell-b.example:5060 4 0 duid=cell-b.example:5060",
    ]
    assert files["told.cfg"].splitlines()[:2] == [
        "$sht(cells=>10.0.0.11:5060) = 1;",
        "$sht(cells=>cell-b.example:5060) = 0;",
    ]


def test_it_listens_on_its_first_address_and_tells_the_public_one(tmp_path: Path) -> None:
    lines = render(tmp_path / "a", PUBLIC_IP="198.51.100.7")["settings.cfg"].splitlines()
    assert "listen=udp:172.18.0.5:5060 advertise 198.51.100.7:5060" in lines
    assert "listen=tcp:172.18.0.5:5060 advertise 198.51.100.7:5060" in lines
    assert "listen=tcp:172.18.0.5:9101" in lines
    for port in (5061, 8443):
        assert f"listen=tls:172.18.0.5:{port} advertise 198.51.100.7:{port}" in lines
    assert (
        "listen=udp:172.18.0.5:5060"
        in render(tmp_path / "b", PUBLIC_IP="172.18.0.5")["settings.cfg"].splitlines()
    )


@pytest.mark.parametrize(
    ("level", "number"), [("error", -1), ("warning", 0), ("info", 2), ("debug", 3), ("", 2)]
)
def test_levels_of_the_log_are_kamailios(tmp_path: Path, level: str, number: int) -> None:
    assert f"debug={number}" in render(tmp_path, LOG_LEVEL=level)["settings.cfg"].splitlines()


def test_networks_of_phones_are_written_with_the_own_address(tmp_path: Path) -> None:
    told = render(tmp_path / "a", SIP_ALLOW_NETS="10.0.0.0/8,192.0.2.7")["addresses"].splitlines()
    assert told == ["1 172.18.0.5 32", "1 10.0.0.0 8", "1 192.0.2.7 32"]
    everybody = ["1 172.18.0.5 32", "1 0.0.0.0 1", "1 128.0.0.0 1"]
    assert render(tmp_path / "b")["addresses"].splitlines() == everybody
    assert render(tmp_path / "c", SIP_ALLOW_NETS="0.0.0.0/0")["addresses"].splitlines() == everybody


def test_a_certificate_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given/fullchain.pem").write_text("none")
    (tmp_path / "given/privkey.pem").write_text("none")
    done = run("render", str(tmp_path / "etc"), CERTIFICATES=str(tmp_path / "given"))
    assert done.returncode == 78
    assert "edge: SIP_TLS_DIR cannot be used: " in done.stderr
    assert "fullchain.pem holds no certificate" in done.stderr


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    render(tmp_path)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EDGE_CELLS", ""),
        ("EDGE_CELLS", "10.0.0.11,10.0.0.11:5060"),
        ("EDGE_CELLS", "10.0.0.999"),
        ("EDGE_CELLS", "10.0.0.1:0"),
        ("EDGE_CELLS", "10.0.0.1:99999"),
        ("EDGE_CELLS", "sip:10.0.0.1"),
        ("EDGE_DRAINED", "10.0.0.12"),
        ("EDGE_PORT", "80"),
        ("EDGE_PORT", "9101"),
        ("EDGE_PORT", "sip"),
        ("EDGE_TLS_PORT", "5060"),
        ("EDGE_TLS_PORT", "443"),
        ("EDGE_WSS_PORT", "5061"),
        ("EDGE_WSS_PORT", "9101"),
        ("EDGE_REQUESTS_PER_S", "0"),
        ("EDGE_REQUESTS_PER_S", "30001"),
        ("EDGE_REQUESTS_PER_S", "many"),
        ("PUBLIC_IP", "10.0.0.999"),
        ("SIP_ALLOW_NETS", "10.0.0.0/33"),
        ("SIP_ALLOW_NETS", "anywhere"),
        ("LOG_LEVEL", "loud"),
        ("SIP_PASSWORD_1001", ""),
        ("SIP_PASSWORD_1001", "short"),
        ("SIP_PASSWORD_1001", "with a space"),
        ("SIP_PASSWORD_1", "long-enough-password"),
        *(
            (name, value)
            for name in ("EDGE_CELLS", "EDGE_DRAINED", "PUBLIC_IP", "SIP_ALLOW_NETS")
            for value in NASTY
        ),
        *((name, value) for name in ("EDGE_PORT", "EDGE_TLS_PORT", "LOG_LEVEL") for value in NASTY),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    done = run("render", str(tmp_path / "etc"), **{name: value})
    assert done.returncode == 78
    assert f"edge: {name} " in done.stderr
    assert not (tmp_path / "etc").exists()
    assert not Path("/tmp/spoilt").exists()


def test_a_secret_is_not_printed(tmp_path: Path) -> None:
    done = run("render", str(tmp_path / "etc"), SIP_PASSWORD_1001="a secret")
    assert done.returncode == 78
    assert "a secret" not in done.stdout + done.stderr


def test_the_file_says_users_and_cells_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(
        "EDGE_CELLS=10.1.1.1\nPATH=/nowhere\nSIP_PASSWORD_CANARY=short\nEDGE_PORT=1\nSIP_PASSWORD_2001=long-enough\n"
    )
    assert "sip:10.1.1.1:5060" in render(tmp_path / "etc", SETTINGS=str(file))["cells"]


def test_a_folder_that_cannot_be_written_is_named() -> None:
    done = run("render", "/proc/nowhere")
    assert done.returncode == 78
    assert "cannot write to /proc/nowhere: mount a tmpfs there" in done.stderr
