# Needs no Asterisk: the entrypoint renders into a folder, from an environment made here.
import re
import subprocess
from pathlib import Path

import pytest

ENTRYPOINT = Path(__file__).parents[3] / "asterisk" / "entrypoint"
GOOD = {
    "SIP_PASSWORD_1000": "caller-0-password",
    "SIP_PASSWORD_1001": "first-phone-password",
    "SIP_PASSWORD_1002": "second-phone-password",
    "ARI_PASSWORD": "inside-password",
}
CERTIFICATES = {"OWN_CERTIFICATE": "/tmp/parley-test-certificate", "CERTIFICATES": "/nowhere"}
NASTY = 'a;b;-c\\;d\\$e"f#g=h>i[j]{{ARI_PASSWORD}}&'


def run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ENTRYPOINT), *arguments],
        env={"PATH": "/usr/bin:/bin", **CERTIFICATES, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def render(folder: Path, **settings: str) -> dict[str, str]:
    result = run(["render", str(folder)], {**GOOD, **settings})
    assert result.returncode == 0, result.stderr
    return {path.name: path.read_text() for path in folder.glob("*.conf")}


def value_of(text: str) -> str:
    """A value as Asterisk reads it: up to the first bare semicolon, escaped ones made plain."""
    bare = re.split(r"(?<!\\);", text)[0]
    return bare.replace("\\;", ";").strip()


def passwords(conf: str) -> list[str]:
    return [value_of(line.split("=", 1)[1]) for line in conf.splitlines() if line.startswith("password =")]


def test_defaults_render_every_file_with_no_placeholder_left(tmp_path: Path) -> None:
    files = render(tmp_path)
    assert {"pjsip.conf", "ari.conf", "extensions.conf", "rtp.conf", "modules.conf"} <= files.keys()
    assert not [name for name, text in files.items() if "{{" in text]
    assert "bind = 0.0.0.0:5060" in files["pjsip.conf"]
    assert "rtpstart = 20000\nrtpend = 20299" in files["rtp.conf"]
    assert "maxcalls = 75" in files["asterisk.conf"]


def test_rendered_files_are_for_their_owner_only(tmp_path: Path) -> None:
    render(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.conf")} == {0o600}


def test_no_secret_is_in_the_templates() -> None:
    for template in (ENTRYPOINT.parent / "etc").rglob("*.conf"):
        assert all(secret.startswith("{{") for secret in passwords(template.read_text())), template


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_secret_is_named(tmp_path: Path, name: str) -> None:
    result = run(["render", str(tmp_path)], {**GOOD, name: ""})
    assert result.returncode == 78
    assert result.stderr == f"asterisk: {name} is not set: it must be a long random password\n"
    assert not list(tmp_path.iterdir())


BAD = [
    ("SIP_PORT", "abc"),
    ("SIP_PORT", "80"),
    ("SIP_PORT", "70000"),
    ("SIP_PORT", "20100"),
    ("SIP_PORT", "05060"),
    ("SIP_TLS_PORT", "5060"),
    ("SIP_TLS_PORT", "tls"),
    ("REQUIRE_ENCRYPTION", "yes"),
    ("RTP_START", "-1"),
    ("RTP_END", "20001"),
    ("RTP_END", "19000"),
    ("QUEUES", "sales"),
    ("QUEUES", "sales:abc"),
    ("QUEUES", "Sales:1001"),
    ("QUEUES", "sales:1001,"),
    ("QUEUES", "sales:1001 service:1009"),
    ("QUEUE_STRATEGY", "loudest"),
    ("QUEUE_WRAPUP_S", "-1"),
    ("QUEUE_ANNOUNCE_S", "soon"),
    ("PUBLIC_IP", "10.0.0.999"),
    ("PUBLIC_IP", "1.2.3.4\nexternal_media_address = 6.6.6.6"),
    ("LOCAL_NETS", "192.168.0.0"),
    ("LOCAL_NETS", "192.168.0.0/33"),
    ("LOCAL_NETS", "10.0.0.0/8,home"),
    ("SIP_ALLOW_NETS", "home"),
    ("SIP_ALLOW_NETS", "192.168.0.0/33"),
    ("SIP_ALLOW_NETS", "!192.168.0.0/16"),
    ("LOG_LEVEL", "loud"),
    ("ARI_USER", "general"),
    ("ARI_USER", "two words"),
    ("ARI_APP", "parley)"),
    ("ARI_BIND", "everywhere"),
    ("ARI_PASSWORD", "short"),
    ("SIP_PASSWORD_1001", "short"),
    ("SIP_PASSWORD_1001", "has a space"),
    ("SIP_PASSWORD_1001", "has-a\nline-break"),
    ("SIP_PASSWORD_1001", "schlüssel-wort"),
    ("SIP_PASSWORD_600", "long-enough-password"),
    ("SIP_PASSWORD_reception", "long-enough-password"),
    ("SIP_PASSWORD_WEB", "/long-enough-but-a-pattern/"),
    ("SIP_PASSWORD_WEB", "tooshort"),
    ("CONSOLE_PHONES", "1010 1011"),
    ("CONSOLE_PHONES", "1001"),
    ("CONSOLE_PHONES", "600"),
    ("CONSOLE_PHONES", "1010,1011,1010"),
    ("TRUNK_HOST", "sip:provider.example"),
    ("TRUNK_HOST", "provider.example:port"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    result = run(["render", str(tmp_path)], {**GOOD, name: value})
    assert result.returncode == 78
    assert f"asterisk: {name} " in result.stderr
    assert not list(tmp_path.iterdir())


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    result = run(["render", str(tmp_path)], {**GOOD, "SIP_PORT": "x", "LOG_LEVEL": "y", "ARI_PASSWORD": ""})
    named = [line.split()[1] for line in result.stderr.splitlines()]
    assert named == ["SIP_PORT", "ARI_PASSWORD", "LOG_LEVEL"]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_wrong_secret_is_never_printed(tmp_path: Path, name: str) -> None:
    result = run(["render", str(tmp_path)], {**GOOD, name: "seven 77"})
    assert result.returncode == 78
    assert "seven" not in result.stderr + result.stdout


def test_special_characters_of_secrets_survive(tmp_path: Path) -> None:
    files = render(tmp_path, SIP_PASSWORD_1001=NASTY, ARI_PASSWORD=NASTY[::-1])
    assert NASTY in passwords(files["pjsip_users.conf"])
    assert passwords(files["ari.conf"]) == [NASTY[::-1]]


def test_the_canary_can_call_agents_and_cannot_be_called(tmp_path: Path) -> None:
    files = render(tmp_path, SIP_PASSWORD_CANARY="the-canarys-password")
    assert "[canary](user-endpoint)\ncontext = from-canary\n" in files["pjsip_users.conf"]
    assert "the-canarys-password" in passwords(files["pjsip_users.conf"])
    assert "canary" not in files["extensions_users.conf"]
    assert "[canary]" not in render(tmp_path)["pjsip_users.conf"]


def test_a_file_of_settings_wins_over_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(
        f"SIP_PASSWORD_1001={NASTY}\nSIP_PASSWORD_2001=reception-password\nQUEUES=\nARI_PASSWORD=not-from-here\n"
    )
    files = render(tmp_path / "out", SETTINGS=str(file), QUEUES="sales:2001")
    assert {NASTY, "reception-password", GOOD["SIP_PASSWORD_1002"]} <= set(
        passwords(files["pjsip_users.conf"])
    )
    assert "[sales](queue)" in files["queues_all.conf"]
    assert passwords(files["ari.conf"]) == [GOOD["ARI_PASSWORD"]]


def test_more_passwords_make_more_users(tmp_path: Path) -> None:
    files = render(tmp_path, SIP_PASSWORD_2001="reception-password")
    assert "[2001](user-endpoint)" in files["pjsip_users.conf"]
    assert "exten => 2001,1,Goto(ring-user,${EXTEN},1)" in files["extensions_users.conf"]


def test_a_public_address_comes_with_local_networks(tmp_path: Path) -> None:
    without = render(tmp_path / "without")["pjsip.conf"]
    assert "external_media_address" not in without
    assert "local_net =" not in without
    with_it = render(tmp_path / "with", PUBLIC_IP="203.0.113.9", LOCAL_NETS="10.0.0.0/8")["pjsip.conf"]
    assert "external_media_address = 203.0.113.9\nexternal_signaling_address = 203.0.113.9" in with_it
    assert "local_net = 10.0.0.0/8" in with_it


def test_local_networks_default_to_the_own_ones_less_the_gateway(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text(
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
        "eth1\t0002000A\t00000000\t0001\t0\t0\t0\t00FEFFFF\t0\t0\t0\n"
    )
    result = run(["local-nets"], {"ROUTES": str(routes)})
    assert result.stdout == "172.18.0.0/16,10.0.2.0/23,!172.18.0.1/32"


ROUTES = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
)


def test_phones_may_log_in_from_networks_that_are_told_and_from_beside(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text(ROUTES)
    told = render(tmp_path / "told", SIP_ALLOW_NETS="10.1.0.0/16,192.0.2.7", ROUTES=str(routes))["pjsip.conf"]
    rules = re.findall(r"(?m)^(deny|permit) = (.*)$", told)
    assert rules == [
        ("deny", "0.0.0.0/0"),
        ("permit", "127.0.0.1/32,172.18.0.0/16"),
        ("deny", "172.18.0.1/32"),
        ("permit", "10.1.0.0/16,192.0.2.7"),
    ]
    assert "permit" not in render(tmp_path / "all")["pjsip.conf"]


def test_the_canary_logs_in_from_beside_only(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text(ROUTES)
    users = render(tmp_path / "a", SIP_PASSWORD_CANARY="the-canarys-password", ROUTES=str(routes))
    assert "permit = 127.0.0.1/32,172.18.0.0/16\ndeny = 172.18.0.1/32" in users["pjsip_users.conf"]


def test_the_consoles_users_come_from_beside_only_and_by_a_header_alone(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text(ROUTES)
    files = render(tmp_path / "a", SIP_PASSWORD_WEB="0123456789abcdef", ROUTES=str(routes))
    users = files["pjsip_users.conf"]
    assert "[web](media)\ncontext = from-web\nidentify_by = header\n" in users
    assert "match_header = X-Parley-Web: 0123456789abcdef\n" in users
    assert "permit = 127.0.0.1/32,172.18.0.0/16\ndeny = 172.18.0.1/32" in users
    assert "web" not in files["extensions_users.conf"]
    assert "[web]" not in render(tmp_path / "b")["pjsip_users.conf"]


def test_telephones_in_the_console_are_rung_and_in_queues_as_others_are(tmp_path: Path) -> None:
    settings = {"CONSOLE_PHONES": "1010,1011", "QUEUES": "sales:1001,1011"}
    files = render(tmp_path / "a", SIP_PASSWORD_WEB="0123456789abcdef", **settings)
    users = files["pjsip_users.conf"]
    assert "[1010](media)\ncontext = from-console\nidentify_by = header\n" in users
    assert "match_header = X-Parley-Web: 0123456789abcdef.1011\n" in users
    assert "auth = console\naors = 1010,1011\n" in users
    assert (
        "[console]" not in render(tmp_path / "none", SIP_PASSWORD_WEB="0123456789abcdef")["pjsip_users.conf"]
    )
    assert "exten => 1011,1,Goto(ring-user,${EXTEN},1)" in files["extensions_users.conf"]
    assert "member => Local/1011@screened-extension/n,0,1011,PJSIP/1011" in files["queues_all.conf"]
    result = run(["render", str(tmp_path / "b")], {**GOOD, **settings})
    assert "asterisk: SIP_PASSWORD_WEB must be set as well" in result.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "icesupport = no"),
        ({"PUBLIC_IP": "203.0.113.9"}, "icesupport = no"),
        ({"SIP_PASSWORD_WEB": "0123456789abcdef"}, "icesupport = yes"),
        ({"SIP_PASSWORD_WEB": "0123456789abcdef", "PUBLIC_IP": "10.0.2.7"}, "icesupport = yes"),
        (
            {"SIP_PASSWORD_WEB": "0123456789abcdef", "PUBLIC_IP": "203.0.113.9"},
            "icesupport = yes 172.18.0.2 => 203.0.113.9,include_local_address",
        ),
    ],
)
def test_browsers_are_told_the_public_address_beside_the_own_one(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    lines = render(tmp_path, ADDRESSES="172.18.0.2 10.0.2.7", **settings)["rtp.conf"].splitlines()
    assert " ".join(line for line in lines if line.startswith(("icesupport", "172"))) == told


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_failed_logins_are_in_the_log_at_every_level(tmp_path: Path, level: str) -> None:
    assert "security" in render(tmp_path, LOG_LEVEL=level)["logger.conf"]


def test_a_trunk_is_known_by_a_token_only_where_no_addresses_are_told(tmp_path: Path) -> None:
    account = {"TRUNK_HOST": "192.0.2.10", "TRUNK_USER": "acme", "TRUNK_PASSWORD": "pw"}
    assert "line = yes" in render(tmp_path / "a", **account)["pjsip_trunk.conf"]
    assert "line = no" in render(tmp_path / "b", **account, TRUNK_MATCH="192.0.2.10")["pjsip_trunk.conf"]


def test_without_trunk_host_there_is_no_trunk(tmp_path: Path) -> None:
    files = render(tmp_path)
    assert "pjsip_trunk.conf" not in files
    assert "PJSIP/trunk" not in files["extensions.conf"]


def test_a_trunk_with_an_account_registers(tmp_path: Path) -> None:
    account = {"TRUNK_HOST": "sip.provider.example:5070", "TRUNK_USER": "acme", "TRUNK_PASSWORD": "p;w"}
    trunk = render(tmp_path, **account)["pjsip_trunk.conf"]
    assert "server_uri = sip:sip.provider.example:5070" in trunk
    assert "client_uri = sip:acme@sip.provider.example\n" in trunk
    assert "contact_user = acme" in trunk
    assert "match = sip.provider.example\n" in trunk
    assert passwords(trunk) == ["p;w"]


def test_the_dialplan_tells_where_the_trunk_is(tmp_path: Path) -> None:
    found = render(tmp_path, TRUNK_HOST="sip.provider.example:5070", TRUNK_TRANSPORT="tcp")["extensions.conf"]
    assert "PARLEY_TRUNK = sip.provider.example:5070\\;transport=tcp\n" in found
    assert "PARLEY_TRUNK" not in render(tmp_path / "without")["extensions.conf"]


def test_a_trunk_known_by_its_address_does_not_register(tmp_path: Path) -> None:
    trunk = render(tmp_path, TRUNK_HOST="192.0.2.10", TRUNK_MATCH="192.0.2.0/28")["pjsip_trunk.conf"]
    assert "type = identify" in trunk
    assert "match = 192.0.2.0/28" in trunk
    assert "registration" not in trunk
    assert "auth" not in re.sub(r"(?m)^;.*$", "", trunk)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"TRUNK_HOST": "a.example", "TRUNK_USER": "acme"}, "TRUNK_PASSWORD"),
        ({"TRUNK_USER": "acme", "TRUNK_PASSWORD": "secret"}, "TRUNK_HOST"),
        ({"TRUNK_HOST": "a.example", "TRUNK_PASSWORD": "secret"}, "TRUNK_USER"),
        ({"TRUNK_HOST": "a.example", "TRUNK_QUALIFY_S": "often"}, "TRUNK_QUALIFY_S"),
        ({"TRUNK_HOST": "a.example", "TRUNK_MAX_CALL_S": "0"}, "TRUNK_MAX_CALL_S"),
        ({"TRUNK_HOST": "a.example", "TRUNK_TRANSPORT": "ws"}, "TRUNK_TRANSPORT"),
        ({"TRUNK_HOST": "a.example", "REQUIRE_ENCRYPTION": "true"}, "TRUNK_TRANSPORT"),
        ({"TRUNK_HOST": "a.example", "TRUNK_VERIFY": "perhaps"}, "TRUNK_VERIFY"),
        ({"TRUNK_HOST": "a.example", "TRUNK_MATCH": "1.2.3.4/99"}, "TRUNK_MATCH"),
        ({"TRUNK_HOST": "a.example", "TRUNK_MATCH": "0.0.0.0/0"}, "TRUNK_MATCH"),
        ({"TRUNK_HOST": "a.example", "TRUNK_MATCH": "10.1.2.3,172.0.0.0/12"}, "TRUNK_MATCH"),
        ({"TRUNK_HOST": "a.example", "TRUNK_FROM_DOMAIN": "not a domain"}, "TRUNK_FROM_DOMAIN"),
    ],
)
def test_half_a_trunk_is_refused(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    result = run(["render", str(tmp_path)], {**GOOD, **settings})
    assert result.returncode == 78
    assert f"asterisk: {named} " in result.stderr


@pytest.mark.parametrize(
    ("match", "bound", "refused"),
    [
        ("192.0.2.1,172.18.0.0/16", "0.0.0.0", "172.18.0.0/16"),
        ("172.18.0.0/30", "0.0.0.0", "172.18.0.0/30"),
        ("172.18.0.4/30,172.19.0.0/16", "0.0.0.0", ""),
        ("172.18.0.1,172.18.0.1/32", "0.0.0.0", ""),
        ("172.18.0.0/16", "172.29.80.1", ""),
    ],
)
def test_nobody_who_comes_by_dockers_router_is_the_trunk_by_a_network(
    tmp_path: Path, match: str, bound: str, refused: str
) -> None:
    routes = tmp_path / "route"
    routes.write_text(ROUTES)
    told = {"TRUNK_HOST": "192.0.2.10", "TRUNK_MATCH": match, "ARI_BIND": bound, "ROUTES": str(routes)}
    result = run(["render", str(tmp_path / "into")], {**GOOD, **told})
    assert result.returncode == (78 if refused else 0)
    assert not refused or "TRUNK_MATCH must not have Docker's own address 172.18.0.1" in result.stderr
    assert not refused or f"smaller networks than {refused}" in result.stderr


def test_a_folder_that_cannot_be_written_is_named() -> None:
    result = run(["render", "/proc/nowhere"], GOOD)
    assert result.returncode == 78
    assert "cannot write to /proc/nowhere: mount a tmpfs there" in result.stderr


def test_modules_are_named_and_their_files_exist_once(tmp_path: Path) -> None:
    lines = render(tmp_path)["modules.conf"].splitlines()
    loaded = [line.split(" = ")[1] for line in lines if line.startswith(("load", "require"))]
    assert "autoload = no" in lines
    assert len(loaded) == len(set(loaded))
    assert all(re.fullmatch(r"[a-z0-9_]+\.so", name) for name in loaded)


def test_no_pattern_of_the_dialplan_matches_what_asterisk_runs_after_a_hangup(tmp_path: Path) -> None:
    """A pattern that matches "h" would have a call enter Stasis, or dial, again after its end."""
    text = render(tmp_path)["extensions.conf"]
    patterns = re.findall(r"exten => _(\S+),1,", text)
    assert "[*#+0-9]!" in patterns
    for pattern in patterns:
        regex = pattern.replace(".", ".+").replace("!", ".*").replace("X", "[0-9]")
        assert not re.fullmatch(regex, "h"), pattern


def test_queues_have_their_members(tmp_path: Path) -> None:
    files = render(tmp_path, QUEUES="sales:1001,1002 service:1002", QUEUE_WRAPUP_S="7")
    assert files["queues_all.conf"].split("\n\n")[0].strip().splitlines() == [
        "[sales](queue)",
        "member => Local/1001@screened-extension/n,0,1001,PJSIP/1001",
        "member => Local/1002@screened-extension/n,0,1002,PJSIP/1002",
    ]
    assert "[service](queue)" in files["queues_all.conf"]
    assert "wrapuptime = 7" in files["queues.conf"]


def test_there_may_be_no_queue(tmp_path: Path) -> None:
    assert render(tmp_path)["queues_all.conf"] == ""
