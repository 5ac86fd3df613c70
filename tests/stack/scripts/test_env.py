"""The settings file: made once, checked at every start."""

import re
import stat
from pathlib import Path

import pytest

from tests.stack.scripts.run import ROOT, run


def values(file: Path) -> dict[str, str]:
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]", line))


class TestCreate:
    def test_secrets_are_fresh_and_long(self, env_file: Path, tmp_path: Path) -> None:
        run("scripts/setup/env.sh", "create", str(tmp_path / "other"))
        first, second = values(env_file), values(tmp_path / "other")
        secrets = [name for name in first if first[name] != second[name]]
        assert {"REDIS_PASSWORD", "ARI_PASSWORD", "GRAFANA_PASSWORD", "SIP_PASSWORD_1001"} <= set(secrets)
        assert all(re.fullmatch(r"[A-Za-z0-9]{24}", first[name]) for name in secrets)
        assert len({first[name] for name in secrets}) == len(secrets)

    def test_everything_else_is_as_in_the_example(self, env_file: Path) -> None:
        made, example = values(env_file), values(ROOT / ".env.example")
        assert made.keys() == example.keys()
        assert {name: made[name] for name in example if example[name]} == {
            name: example[name] for name in example if example[name]
        }

    def test_only_its_owner_can_read_it(self, env_file: Path) -> None:
        assert stat.S_IMODE(env_file.stat().st_mode) == 0o600

    def test_a_file_that_is_there_is_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "env"
        file.write_text("SIP_PORT=5070\n")
        assert run("scripts/setup/env.sh", "create", str(file)).returncode == 0
        assert file.read_text() == "SIP_PORT=5070\n"

    def test_without_a_registry_the_overlay_is_in_it(self, tmp_path: Path) -> None:
        run("scripts/setup/env.sh", "create", str(tmp_path / "env"), AIRGAP="1")
        assert values(tmp_path / "env")["COMPOSE_FILE"] == "docker-compose.yml:compose.airgap.yml"


class TestCheck:
    def test_a_fresh_file_is_right(self, env_file: Path) -> None:
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    @pytest.mark.parametrize(
        ("password", "short"), [("", False), ("elevenchars", True), ("twelve-chars", False)]
    )
    def test_a_short_password_of_the_trunk_is_named_and_not_shown(
        self, env_file: Path, password: str, short: bool
    ) -> None:
        text = re.sub(r"(?m)^TRUNK_PASSWORD=.*$", f"TRUNK_PASSWORD={password}", env_file.read_text())
        env_file.write_text(text)
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert done.returncode == 0
        assert ("warning: TRUNK_PASSWORD has fewer than 12 characters" in done.stderr) == short
        assert not password or password not in done.stderr

    @pytest.mark.parametrize(
        ("name", "value", "complaint"),
        [
            ("SIP_PORT", "99999", "setting SIP_PORT must be a port from 1 to 65535, not '99999'"),
            ("RTP_END", "20001", "setting RTP_END must be at least RTP_START + 3"),
            (
                "ALERT_EMAIL_TO",
                "me@example.com",
                "setting SMTP_SERVER is needed to send mail to ALERT_EMAIL_TO",
            ),
            (
                "REPORT_MAIL_TO",
                "me@example.com",
                "setting SMTP_SERVER is needed to send mail to REPORT_MAIL_TO",
            ),
            ("SIP_PORT", "20100", "setting SIP_PORT lies inside RTP_START..RTP_END"),
            ("MEDIA_PORT", "40001", "setting MEDIA_PORT is the second gateway's on the host's network"),
            ("MAX_CALLS", "many", "setting MAX_CALLS must be a whole number, not 'many'"),
            (
                "MAX_CALLS",
                "45",
                "setting MAX_CALLS is too many for the RTP ports: 45 calls need 305, and RTP_START..RTP_END are 300. "
                "Lower it, or set RTP_END to 20304",
            ),
            ("VAD_THRESHOLD", "half", "setting VAD_THRESHOLD must be a number, not 'half'"),
            ("MEDIA_FORMAT", "opus", "setting MEDIA_FORMAT must be one of slin16 ulaw alaw, not 'opus'"),
            ("LLM_BASE_URL", "llm:8080", "setting LLM_BASE_URL must be an address like http://host:port"),
            ("PUBLIC_IP", "my phone", "setting PUBLIC_IP must be an address or a name"),
            ("CA_BUNDLE", "/no/such", "setting CA_BUNDLE must be a file that can be read, not '/no/such'"),
            ("REDIS_PASSWORD", "", "setting REDIS_PASSWORD is a password and has no default"),
            ("REDIS_PASSWORD", "short", "setting REDIS_PASSWORD must be at least 8 characters"),
            ("REDIS_PASSWORD", "with/a/slash", "setting REDIS_PASSWORD must be without any of"),
        ],
    )
    def test_a_wrong_value_is_named(self, env_file: Path, name: str, value: str, complaint: str) -> None:
        text = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", env_file.read_text())
        env_file.write_text(text)
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert done.returncode == 1
        assert complaint in done.stderr
        assert f"1 wrong in {env_file}" in done.stderr

    def test_a_turn_server_needs_its_secret(self, env_file: Path) -> None:
        text = re.sub(r"(?m)^TURN_HOST=$", "TURN_HOST=192.0.2.7", env_file.read_text())
        env_file.write_text(text)
        assert run("scripts/setup/env.sh", "check", str(env_file)).returncode == 0
        env_file.write_text(re.sub(r"(?m)^TURN_SECRET=.*$", "TURN_SECRET=", text))
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert done.returncode == 1
        assert "setting TURN_SECRET is needed" in done.stderr

    @pytest.mark.parametrize(
        ("line", "complaint"),
        [
            ("SIP_PROT=5060", "SIP_PROT in {file} is unknown. Did you mean SIP_PORT?"),
            (
                "API_DIAL_PREFIXES=+49",
                "API_DIAL_PREFIXES in {file} is unknown. Its name is DIAL_PREFIXES now.",
            ),
            ("TTS_VOICES=x", "TTS_VOICES in {file} is unknown. Did you mean TTS_VOICE?"),
            ("COLOUR=blue", "COLOUR in {file} is unknown."),
            ("LOG_LEVEL=debug", "LOG_LEVEL stands in {file} twice"),
            ("SIP_PASSWORD_1003=abcdefgh", "SIP_PASSWORD_1003 belongs in the file users.env"),
            ("just a note", "is not NAME=value: 'just a note'"),
        ],
    )
    def test_a_line_too_many_is_named(self, env_file: Path, line: str, complaint: str) -> None:
        with env_file.open("a") as file:
            file.write(f"{line}\n")
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert done.returncode == 1
        assert complaint.format(file=env_file) in done.stderr

    def test_a_missing_password_is_named_and_other_settings_have_defaults(self, tmp_path: Path) -> None:
        file = tmp_path / "env"
        file.write_text("ARI_PASSWORD=0123456789\n")
        done = run("scripts/setup/env.sh", "check", str(file))
        named = set(re.findall(r"error: setting (\w+)", done.stderr))
        assert named == {
            "REDIS_PASSWORD",
            "GRAFANA_PASSWORD",
            *(f"SIP_PASSWORD_{user}" for user in (1000, 1001, 1002, "CANARY")),
        }

    def test_comments_quotes_and_composes_own_settings_are_fine(self, env_file: Path) -> None:
        text = env_file.read_text().replace("LOG_LEVEL=info", 'LOG_LEVEL="debug"')
        env_file.write_text(f"{text}\nCOMPOSE_PARALLEL_LIMIT=2 # slow disk\n")
        assert run("scripts/setup/env.sh", "check", str(env_file)).returncode == 0

    def test_secrets_are_never_shown(self, env_file: Path) -> None:
        env_file.write_text(re.sub(r"(?m)^ARI_PASSWORD=.*$", "ARI_PASSWORD=se/cret", env_file.read_text()))
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert "ARI_PASSWORD" in done.stderr
        assert "se/cret" not in done.stderr + done.stdout
