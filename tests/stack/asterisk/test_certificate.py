"""TLS and SRTP: which certificate is used, what is refused, and what the files say."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.stack.asterisk.test_entrypoint import GOOD, render, run


def certificate(folder: Path, name: str, days: int = 30) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-noenc",
    ]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(
        [*command, "-days", str(days), "-subj", f"/CN={name}", *files], check=True, capture_output=True
    )


def subject(file: Path) -> str:
    shown = subprocess.run(
        ["openssl", "x509", "-in", str(file), "-noout", "-subject", "-ext", "subjectAltName"],
        check=False,
        capture_output=True,
        text=True,
    )
    return shown.stdout


def in_use(files: dict[str, str]) -> Path:
    found = re.search(r"(?m)^cert_file = (.*)$", files["pjsip_tls.conf"])
    assert found is not None
    return Path(found[1])


def test_without_files_a_certificate_is_made_once(tmp_path: Path) -> None:
    own = {"OWN_CERTIFICATE": str(tmp_path / "own"), "PUBLIC_IP": "192.0.2.9"}
    made = in_use(render(tmp_path / "a", **own)).read_text()
    assert "IP Address:192.0.2.9" in subject(in_use(render(tmp_path / "a", **own)))
    assert in_use(render(tmp_path / "b", **own)).read_text() == made
    key = next((tmp_path / "b" / "tls").glob("*-key.pem"))
    assert key.stat().st_mode & 0o777 == 0o600


def test_files_from_outside_are_used_and_a_renewed_one_has_another_name(tmp_path: Path) -> None:
    certificate(tmp_path / "given", "pbx.example")
    given = {"CERTIFICATES": str(tmp_path / "given")}
    first = in_use(render(tmp_path / "a", **given))
    assert "pbx.example" in subject(first)
    certificate(tmp_path / "given", "pbx.example")
    assert in_use(render(tmp_path / "a", **given)).name != first.name


def test_until_when_it_is_good_stands_beside_it(tmp_path: Path) -> None:
    certificate(tmp_path / "given", "pbx.example", days=7)
    render(tmp_path / "a", CERTIFICATES=str(tmp_path / "given"))
    left_s = int((tmp_path / "a" / "tls" / "expires").read_text()) - time.time()
    assert 6 * 86_400 < left_s <= 7 * 86_400


def spoil_key(folder: Path) -> None:
    certificate(folder / "other", "other")
    (folder / "privkey.pem").write_bytes((folder / "other" / "privkey.pem").read_bytes())


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (spoil_key, "privkey.pem is not the key of"),
        (lambda folder: (folder / "privkey.pem").unlink(), "privkey.pem cannot be read by user"),
        (lambda folder: (folder / "fullchain.pem").unlink(), "fullchain.pem cannot be read by user"),
        (lambda folder: (folder / "fullchain.pem").write_text("x"), "fullchain.pem holds no certificate"),
    ],
)
def test_files_that_cannot_be_used_are_named(tmp_path: Path, spoil: object, named: str) -> None:
    certificate(tmp_path / "given", "pbx.example")
    assert callable(spoil)
    spoil(tmp_path / "given")
    result = run(["render", str(tmp_path / "a")], {**GOOD, "CERTIFICATES": str(tmp_path / "given")})
    assert result.returncode == 78
    assert "asterisk: SIP_TLS_DIR cannot be used: " in result.stderr
    assert named in result.stderr


def test_phones_may_encrypt_and_with_the_setting_they_must(tmp_path: Path) -> None:
    may = render(tmp_path / "may")["pjsip.conf"]
    assert "[transport-udp]" in may
    assert "media_encryption = sdes\nmedia_encryption_optimistic = yes" in may
    must = render(tmp_path / "must", REQUIRE_ENCRYPTION="true")
    assert "[transport-udp]" not in must["pjsip.conf"]
    assert "[transport-tcp]" not in must["pjsip.conf"]
    assert "media_encryption_optimistic = no" in must["pjsip.conf"]
    assert "[transport-tls](transport)\nprotocol = tls\nbind = 0.0.0.0:5061" in must["pjsip_tls.conf"]


def test_a_trunk_by_tls_is_reached_by_tls_and_must_be_who_it_says(tmp_path: Path) -> None:
    account = {"TRUNK_HOST": "sip.provider.example", "TRUNK_USER": "acme", "TRUNK_PASSWORD": "pw"}
    files = render(tmp_path, **account, TRUNK_TRANSPORT="tls")
    trunk = files["pjsip_trunk.conf"]
    assert "transport = transport-tls" in trunk
    assert "server_uri = sip:sip.provider.example\\;transport=tls" in trunk
    assert "contact = sip:sip.provider.example\\;transport=tls" in trunk
    assert "media_encryption = sdes" in trunk
    assert "verify_server = true" in files["pjsip_tls.conf"]
    assert "media_encryption" not in render(tmp_path / "plain", **account)["pjsip_trunk.conf"]
