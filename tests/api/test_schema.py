"""The API does what its own description says, whatever it is asked: schemathesis against one that listens."""

import subprocess
from pathlib import Path

import pytest

from api.live import orders
from tests.api.conftest import SOUND, agent, campaign, served, spoken
from tests.api.gateway import going_on
from tests.api.keeper import keeping
from tests.api.test_examples import given_up
from tests.api.worker import at_work

# Whether a file can be used as an agent or a campaign, and whether it has been changed meanwhile, no schema says.
SETTINGS = """\
[[operations]]
include-path-regex = "^/api/v1/(agents/|campaigns)"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "404", "409", "412", "413", "422", "428", "503"]
"""


@pytest.mark.long
def test_schemathesis_finds_nothing(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "ANSWERED_S", 12.0)  # a busy machine answers late
    with (
        served(tmp_path / "site", redis_url) as site,
        going_on(redis_url, "1732287000.7"),
        at_work(redis_url),
        keeping(redis_url, tmp_path / "site"),
    ):
        for number, recorded in enumerate((False, True)):
            more = {"recording": {"file": "1732287000.7.wav"}} if recorded else {}
            spoken(site.store, f"1732287000.{6 + number}", "When do you open?", "At nine.", **more)
        agent(site, "techstore")
        (tmp_path / "site/recordings/1732287000.7.wav").write_bytes(SOUND)
        (tmp_path / "schemathesis.toml").write_text(SETTINGS)
        given_up(site.spool)
        campaign(site, "techstore")
        done = subprocess.run(
            [
                *(
                    "schemathesis",
                    "--config-file",
                    "schemathesis.toml",
                    "run",
                    f"{site.url}/api/v1/openapi.json",
                    "--checks",
                    "all",
                ),
                *("--header", f"Authorization: Bearer {site.key()}"),
                # A stream has no end.
                *("--exclude-path", "/api/v1/events"),
                # A busy machine is no finding.
                *("--suppress-health-check", "all", "--request-timeout", "60"),
                *("--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "1"),
                *("--generation-database", "none", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
