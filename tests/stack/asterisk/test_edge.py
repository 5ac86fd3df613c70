# Needs no Asterisk: what a cell behind an edge makes of its settings.
from pathlib import Path

import pytest

from tests.stack.asterisk.test_entrypoint import GOOD, render, run

BEHIND = {"EDGE_HOST": "10.0.0.5:5070", "PUBLIC_IP": "198.51.100.11"}


def section(text: str, name: str, kind: str) -> list[str]:
    """The lines of the section of this name that has this line in it."""
    found = [part.splitlines() for part in text.split("\n[") if part.startswith(f"{name}]")]
    (lines,) = [part for part in found if kind in part[0] or kind in part]
    return lines


def test_without_an_edge_there_is_none(tmp_path: Path) -> None:
    files = render(tmp_path)
    assert "pjsip_edge.conf" not in files
    assert "contact =" not in files["pjsip_users.conf"]


def test_the_edge_is_known_by_its_address_and_asked_for_no_password(tmp_path: Path) -> None:
    edge = render(tmp_path, **BEHIND)["pjsip_edge.conf"]
    assert "match = 10.0.0.5" in section(edge, "edge", "type = identify")
    endpoint = section(edge, "edge", "(media)")
    assert {"context = from-edge", "identify_by = ip", "media_address = 198.51.100.11"} <= set(endpoint)
    assert not [line for line in endpoint if line.startswith(("auth", "aors"))]


def test_a_browser_of_the_edge_is_known_by_a_header_that_the_edge_alone_may_send(tmp_path: Path) -> None:
    edge = render(tmp_path / "a", **BEHIND)["pjsip_edge.conf"]
    assert "match_header = X-Parley-Edge: web" in section(edge, "edge-web", "type = identify")
    endpoint = section(edge, "edge-web", "(media)")
    assert {"context = from-edge", "webrtc = yes", "deny = 0.0.0.0/0", "permit = 10.0.0.5"} <= set(endpoint)
    unknown = render(tmp_path / "b", EDGE_HOST="edge.invalid")["pjsip_edge.conf"]
    assert "permit = 255.255.255.255" in section(unknown, "edge-web", "(media)")


def test_audio_goes_to_phones_by_an_address_that_is_one(tmp_path: Path) -> None:
    named = render(tmp_path, EDGE_HOST="edge.example", PUBLIC_IP="cell.example")["pjsip_edge.conf"]
    assert "media_address" not in named
    assert "match = edge.example" in named


def test_every_user_is_rung_through_the_edge_as_well(tmp_path: Path) -> None:
    users = render(tmp_path, **BEHIND)["pjsip_users.conf"]
    for user in ("1000", "1001", "1002"):
        aor = section(users, user, "(user-aor)")
        assert f"contact = sip:{user}@10.0.0.5:5070" in aor
        assert "qualify_2xx_only = yes" in aor


def test_a_phone_of_the_edge_is_in_the_dialplan_of_phones_by_its_number_alone(tmp_path: Path) -> None:
    dialplan = render(tmp_path, **BEHIND)["extensions.conf"]
    lines = dialplan.partition("[from-edge]")[2].partition("\n[")[0]
    assert "Set(CALLERID(num)=${FILTER(0-9,${CALLERID(num)})})" in lines
    assert "Set(CALLERID(name)=)" in lines
    assert "Goto(from-phones,${FILTER(*#+0-9,${EXTEN})},1)" in lines


def test_who_is_not_known_to_be_there_is_rung_through_the_edge(tmp_path: Path) -> None:
    line = " same => n,Return(PJSIP/${ARG1}/sip:${ARG1}@10.0.0.5:5070)\n"
    assert line in render(tmp_path / "a", **BEHIND)["extensions.conf"]
    assert "Return(PJSIP/" not in render(tmp_path / "b")["extensions.conf"]


def test_the_edge_is_taken_from_the_file_of_users(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("EDGE_HOST=10.0.0.6\n")
    files = render(tmp_path / "etc", SETTINGS=str(tmp_path / "settings.env"))
    assert "match = 10.0.0.6" in files["pjsip_edge.conf"]


@pytest.mark.parametrize(
    "settings",
    [
        {"EDGE_HOST": "sip:10.0.0.5"},
        {"EDGE_HOST": "10.0.0.999"},
        {"EDGE_HOST": "10.0.0.5\nendpoint = trunk"},
        {"EDGE_HOST": "10.0.0.5", "REQUIRE_ENCRYPTION": "true"},
    ],
)
def test_a_wrong_edge_is_refused(tmp_path: Path, settings: dict[str, str]) -> None:
    result = run(["render", str(tmp_path)], {**GOOD, **settings})
    assert result.returncode == 78
    assert "asterisk: EDGE_HOST " in result.stderr
