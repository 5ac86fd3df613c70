"""Needs no Alertmanager: a program of that name shows what it would have been started with."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

ENTRYPOINT = Path(__file__).parents[3] / "prometheus/alertmanager/entrypoint"
MAIL = {"ALERT_EMAIL_TO": "o'hara@example.com", "SMTP_SERVER": "mail.example.com:587"}


def start(folder: Path, name: str = "settings", **settings: str) -> dict[str, Any]:
    """Return a receiver of the configuration that is written."""
    program = folder / "alertmanager"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "ALERTMANAGER_DIR": str(folder), **settings}
    done = subprocess.run([ENTRYPOINT], env=environment, capture_output=True, text=True, check=True)
    file = folder / "alertmanager.yml"
    assert f"--config.file={file}" in done.stdout
    config = yaml.safe_load(file.read_text())
    receivers = {receiver["name"]: receiver for receiver in config["receivers"]}
    (silent,) = config["route"]["routes"]
    assert receivers.keys() == {config["route"]["receiver"], silent["receiver"]}
    return receivers[name]


def test_the_webhook_stands_in_a_file_that_only_alertmanager_reads(tmp_path: Path) -> None:
    receiver = start(tmp_path, ALERT_WEBHOOK_URL="https://hooks.example.com/token")
    (webhook,) = receiver["webhook_configs"]
    file = Path(webhook["url_file"])
    assert file.read_text() == "https://hooks.example.com/token"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "email_configs" not in receiver


def test_mail_without_a_login(tmp_path: Path) -> None:
    receiver = start(tmp_path, **MAIL)
    (mail,) = receiver["email_configs"]
    assert (mail["to"], mail["from"]) == ("o'hara@example.com", "o'hara@example.com")
    assert mail["smarthost"] == "mail.example.com:587"
    assert "auth_username" not in mail
    assert "webhook_configs" not in receiver


def test_mail_with_a_login_and_a_webhook(tmp_path: Path) -> None:
    receiver = start(
        tmp_path,
        **MAIL,
        ALERT_EMAIL_FROM="parley@example.com",
        SMTP_USER="parley",
        SMTP_PASSWORD="s3cret: {#",
        ALERT_WEBHOOK_URL="http://hook/",
    )
    (mail,) = receiver["email_configs"]
    assert (mail["from"], mail["auth_username"]) == ("parley@example.com", "parley")
    assert Path(mail["auth_password_file"]).read_text() == "s3cret: {#"
    assert "s3cret" not in (tmp_path / "alertmanager.yml").read_text()
    assert receiver["webhook_configs"]


def test_the_heartbeat_goes_to_its_own_address_and_to_nobody_without_one(tmp_path: Path) -> None:
    receiver = start(tmp_path, "heartbeat", HEARTBEAT_URL="https://beats.example.com/token")
    (webhook,) = receiver["webhook_configs"]
    assert Path(webhook["url_file"]).read_text() == "https://beats.example.com/token"
    assert webhook["send_resolved"] is False
    assert start(tmp_path, "heartbeat", ALERT_WEBHOOK_URL="http://hook/") == {"name": "heartbeat"}


def test_alerts_for_webhooks_alone_and_beside_another_address(tmp_path: Path) -> None:
    ours = {"url": "http://webhooks:9101/", "send_resolved": True}
    assert start(tmp_path, ALERTS_BY_WEBHOOKS="true")["webhook_configs"] == [ours]
    both = start(tmp_path, ALERTS_BY_WEBHOOKS="true", ALERT_WEBHOOK_URL="http://hook/")
    assert both["webhook_configs"][-1] == ours
    assert len(both["webhook_configs"]) == 2
    assert "webhook_configs" not in start(tmp_path, ALERTS_BY_WEBHOOKS="false")
