"""The commands of docs/channels.md, as they stand there, against chats and an API that listen."""

import asyncio
import json
import os
import re
from pathlib import Path

import msgspec
import pytest
from fastapi import APIRouter

from api.live import starting
from chat.sms.routes import Doors, routes
from tests.api.conftest import served as api_served
from tests.api.worker import dialler
from tests.chat.conftest import FILE, Scene, happened, open_house, shop
from tests.chat.sms.conftest import mobile_in
from tests.chat.web.served import served

PAGE = (Path(__file__).parents[2] / "docs/channels.md").read_text()
COMMANDS = re.findall(r"(?m)^    (curl .*)$", PAGE)


async def run(command: str, environ: dict[str, str], folder: Path) -> str:
    """What a command prints; an answer that is an error fails it. A stream has no end: curl ends it, and says so."""
    (folder / ".curlrc").write_text("fail-with-body\nsilent\n")
    short = command.replace("--max-time 60", "--max-time 1")
    done = await asyncio.create_subprocess_exec(
        *("bash", "-c", short),
        env={"PATH": os.environ["PATH"], "CURL_HOME": str(folder), **environ},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await done.communicate()
    assert done.returncode == (0 if short == command else 28), command + output.decode()
    return output.decode()


def texts(scene: Scene) -> APIRouter:
    """The doors that texts are brought to."""
    return routes(mobile_in(scene).intake, Doors("", "", "secret"))


async def test_the_commands_of_the_page_do_what_they_say(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "ANSWERED_S", 30.0)  # a busy machine answers late
    agents = {"techstore": shop(chat=msgspec.structs.replace(FILE.chat, calls=True))}
    with api_served(tmp_path / "site", redis_url) as site:
        async with open_house(redis_url, agents) as scene, served(scene, more=texts(scene)) as client:
            environ = {"CHAT": str(client.base_url).rstrip("/"), "PARLEY": f"{site.url}/api/v1"}
            environ |= {"KEY": site.key("chats:steer", "calls:read", "calls:start"), "SECRET": "secret"}
            begin, *others = COMMANDS
            begun = json.loads(await run(begin, environ, tmp_path))
            environ |= {"ID": begun["chat"], "TOKEN": begun["token"]}
            # The visitor goes last: who is gone has no chat that a person could take.
            leaving = next(command for command in others if '$CHAT/chats/$ID/close"' in command)
            closing = next(command for command in others if '$PARLEY/chats/$ID/close"' in command)
            async with dialler(redis_url) as asked:
                for command in others:
                    if command not in (leaving, closing):
                        await run(command, environ, tmp_path)
            assert {dial.chat for dial in asked} == {begun["chat"]}
            assert [(dial.by, dial.dry_run) for dial in asked] == [
                ("chat", True),
                ("chat", False),
                ("tests", False),
            ]
            assert await happened(scene, begun["chat"], "person_said", text="This is Ann. Which order is it?")
            await run(closing, environ, tmp_path)
            await happened(scene, begun["chat"], "call_ended", outcome="completed")
            (thread,) = scene.house.threads("sms")
            assert thread.kept.caller == "+4915112345678"
            again = json.loads(await run(begin, environ, tmp_path))
            await run(leaving, environ | {"ID": again["chat"], "TOKEN": again["token"]}, tmp_path)
            await happened(scene, again["chat"], "call_ended", outcome="visitor_left")


@pytest.mark.parametrize("word", ["take", "say", "give-back", "close", "call", "events", "messages", "sms"])
def test_the_page_shows_everything_that_can_be_asked(word: str) -> None:
    assert any(f"/{word}" in command for command in COMMANDS)
