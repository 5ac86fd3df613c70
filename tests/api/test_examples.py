"""The commands of docs/api.md, webhooks.md and outbound.md, as they stand there, against an API that listens."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from parley.outside.endpoints import Endpoint, new_secret
from parley.outside.notes import Note
from parley.outside.spool import Spool
from tests.api.conftest import SHOP, Site, agent, campaign, served, spoken
from tests.api.gateway import going_on
from tests.api.keeper import keeping
from tests.api.worker import at_work
from tests.fakes.kept_calls import tone, wav

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "api.md").read_text()
PAGES = PAGE + (DOCS / "webhooks.md").read_text() + (DOCS / "outbound.md").read_text()
COMMANDS = re.findall(r"(?m)^    (curl .*)$", PAGES)
CALL = "1732287000.7"
SOUND = wav(tone(((0.1, 0.4),), length_s=0.5))
DELIVERY = "- Delivery costs $4.99.\n"


@pytest.fixture
def site(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    with (
        served(tmp_path / "site", redis_url) as site,
        going_on(redis_url, CALL),
        at_work(redis_url),
        keeping(redis_url, site.folder),
    ):
        spoken(
            site.store,
            CALL,
            "What are your opening hours?",
            "From ten to five.",
            recording={"file": f"{CALL}.wav"},
            voicemail={"file": f"voicemail/{CALL}.wav"},
        )
        (agent(site, "techstore") / "knowledge/delivery.md").write_text(DELIVERY)
        for file in (f"{CALL}.wav", f"voicemail/{CALL}.wav"):
            (site.folder / "recordings" / file).write_bytes(SOUND)
        given_up(site.spool)
        campaign(site, "techstore")
        yield site


def given_up(spool: Spool) -> None:
    """Have a webhook crm whose first message was not taken."""
    spool.put(Endpoint("crm", "https://crm.example/hook", new_secret()))
    spool.add(Note("msg_1", "call.ended", "{}", 0.0, CALL, CALL, "shop"))
    spool.failed(1, "status: 500", None)


def run(site: Site, command: str, folder: Path) -> str:
    """What a command prints, in a shell that has what the page says; an answer that is an error fails it."""
    (folder / ".curlrc").write_text("fail-with-body\nsilent\n")
    (folder / "agent.yaml").write_text(SHOP)
    (folder / "delivery.md").write_text(DELIVERY)
    (folder / "spring.yaml").write_text("agent: techstore\n")
    (folder / "spring.csv").write_text("number,consent\n1003,form\n")
    environ = {
        "PATH": os.environ["PATH"],
        "CURL_HOME": str(folder),
        "PARLEY": f"{site.url}/api/v1",
        "KEY": site.key(),
    }
    # A stream has no end: curl ends it, and says so with 28.
    short = command.replace("--max-time 60", "--max-time 1")
    done = subprocess.run(
        ["bash", "-c", short], env=environ, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if short == command else 28), command + done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_does_what_it_says(site: Site, command: str, tmp_path: Path) -> None:
    run(site, command, tmp_path)


def test_what_the_page_shows_is_found(site: Site, tmp_path: Path) -> None:
    search = next(command for command in COMMANDS if "text=" in command)
    part = next(command for command in COMMANDS if "--range" in command)
    assert CALL in run(site, search, tmp_path)
    site.keys.revoke("tests")
    run(site, part, tmp_path)
    assert (tmp_path / "part.wav").read_bytes() == SOUND[:1000]


def test_the_page_names_every_scope_and_every_problem(site: Site) -> None:
    described = httpx.get(f"{site.url}/api/v1/openapi.json", timeout=20).json()
    scopes = {
        scope
        for operations in described["paths"].values()
        for operation in operations.values()
        for demand in operation["security"]
        for scope in next(iter(demand.values()))
    }
    assert scopes
    assert {scope for scope in scopes if f"| `{scope}` |" not in PAGE} == set()
    sources = "\n".join(
        file.read_text() for file in (Path(__file__).parents[2] / "services/api").rglob("*.py")
    )
    kinds = set(re.findall(r'Problem\(\s*\d{3},\s*"([\w-]+)"', sources))
    assert len(kinds) > 5
    assert {kind for kind in kinds if f"`{kind}`" not in PAGE} == set()
