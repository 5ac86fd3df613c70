"""A call leaves a record, exported as JSON lines, until its caller is forgotten."""

import asyncio
import json
import os
from typing import Any

import httpx
import pytest

from caller.sound.voice import Voice
from tests.e2e.api import client
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, containers, until_healthy, until_taking_calls

pytestmark = pytest.mark.stack


def records(*arguments: str) -> str:
    """What `python -m records` prints in its container."""
    status, output = containers("records")[0].exec_run(["python", "-m", "records", *arguments])
    assert status == 0, output.decode()
    return str(output.decode())


def exported(call: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in records("export").splitlines()]
    return [record for record in lines if record["call"] == call]


async def record_of(call: str) -> dict[str, Any]:
    for _ in range(50):
        if found := await asyncio.to_thread(exported, call):
            return found[0]
        await asyncio.sleep(0.2)
    raise AssertionError(f"no record of {call}")


async def shows_agents_and_the_stack(api: httpx.AsyncClient, version: str) -> None:
    """Show an agent, what a worker makes of its files and of a question, and how the stack is."""
    shop = (await api.get("/agents/techstore")).json()
    assert (shop["version"], shop["errors"]) == (version, [])
    text = shop["yaml"].encode()
    refused = await api.put("/agents/techstore", content=text + b"# changed", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:parley:problem:read-only")
    files = (await api.get("/agents/techstore/knowledge")).json()["files"]
    assert files
    assert all(file["facts"] for file in files), files
    body = {"question": "What are your opening hours on Saturday?"}
    tried = await api.post("/agents/techstore/ask", json=body)
    assert tried.status_code == 200, tried.text
    assert tried.json()["register"] == "say"
    assert "saturday" in tried.json()["line"].lower()
    answer = {"answer": "Watches are repaired within a week.", "questions": ["Do you repair watches?"]}
    tried = await api.post("/agents/techstore/answers/try", json=answer)
    assert tried.status_code == 200, tried.text
    verdicts = {line["question"]: line["verdict"] for line in tried.json()["lines"]}
    assert (verdicts["Do you repair watches?"], verdicts["Are you a robot?"]) == ("answered", "same"), (
        verdicts
    )
    report = (await api.get("/health/report")).json()
    seen = {check["name"]: check for check in report["checks"]}
    assert (seen["Redis answers"]["mark"], seen["records can be read"]["mark"]) == ("ok", "ok")
    assert " of " in seen["services answer"]["figure"], seen


async def test_a_call_leaves_a_record_also_while_the_service_is_down(phone: PhoneFactory, voice: Voice):
    service = containers("records")[0]
    witness = await Witness.begin()
    question = voice.speak("What are your opening hours on Saturday?")
    softphone = await phone("1002", codec="ulaw")
    await until_taking_calls()
    call = await softphone.dial("100", within=20)
    started = await witness.wait_for("call_started", caller="1002")
    await witness.wait_for("agent_said", call=started.call, revision=0)
    await asyncio.to_thread(service.kill)
    try:
        await call.say(question)
        turn = await witness.wait_for("turn", call=started.call, turn=1, within=60)
        await witness.wait_for("agent_said", call=started.call, revision=turn.data["revision"])
        await call.hangup()
        await witness.wait_for("call_ended", call=started.call)
    finally:
        await asyncio.to_thread(service.start)
    await until_healthy(service)
    record = await record_of(started.call)
    assert (record["agent"], record["caller"], record["extension"]) == ("techstore", "1002", "100")
    assert record["outcome"] == "caller_hung_up"
    asked = next(line for line in record["turns"] if line["who"] == "caller")
    assert "saturday" in asked["text"].lower()
    answer = next(line for line in record["turns"] if line["who"] == "agent" and line.get("turn") == 1)
    assert answer["latency_s"]["voice_to_voice"] == turn.data["voice_to_voice"]

    async with client("calls:read,health:read,agents:read,agents:write") as api:
        assert (await api.get("/health")).json()["status"] == "well"
        await shows_agents_and_the_stack(api, record["agent_version"])
        told = (await api.get(f"/calls/{started.call}")).json()
        assert {name: told[name] for name in ("agent", "caller", "outcome", "keys", "quality")} == {
            name: record[name] for name in ("agent", "caller", "outcome", "keys", "quality")
        }
        said = {"text": "saturday", "caller": "1002"}
        found = (await api.get("/calls", params=said)).json()["calls"]
        assert started.call in [each["call"] for each in found]
        await asyncio.to_thread(records, "forget", "1002")
        assert (await api.get(f"/calls/{started.call}")).status_code == 404
        assert (await api.get("/calls", params=said)).json()["calls"] == []
    assert await asyncio.to_thread(exported, started.call) == []
    assert await witness.history(started.call) == []


def files(pattern: str) -> str:
    """Files among the recordings, as the records service sees them."""
    _, output = containers("records")[0].exec_run(["sh", "-c", f"cd /recordings && ls -l {pattern}"])
    return str(output.decode())


async def ari(method: str, uri: str, **query: str) -> int:
    """Ask Asterisk for something, as the gateway does; return the status."""
    key = (os.environ.get("ARI_USER") or "parley", os.environ["ARI_PASSWORD"])
    async with httpx.AsyncClient(auth=key) as client:
        return (await client.request(method, f"{os.environ['ARI_URL']}/ari/{uri}", params=query)).status_code


async def record_bridge(call: str) -> None:
    """Record a call, as for an agent that wants it, with a pause as where something sensitive is asked for."""
    bridge = f"bridges/bridge-{call}/record"
    assert await ari("POST", bridge, name=call, format="wav", ifExists="overwrite") == 201
    for method in ("POST", "DELETE"):
        assert await ari(method, f"recordings/live/{call}/pause") == 204


async def test_a_recording_is_a_file_that_is_forgotten_with_its_caller(phone: PhoneFactory):
    witness = await Witness.begin()
    softphone = await phone("1002", codec="ulaw")
    call = await softphone.dial("100", within=20)
    started = await witness.wait_for("call_started", caller="1002")
    await record_bridge(started.call)
    await witness.bus.emit("recording", started.call, agent="techstore", file=f"{started.call}.wav")
    await witness.wait_for("agent_said", call=started.call, revision=0)
    await call.hangup()
    await witness.wait_for("call_ended", call=started.call)
    record = await record_of(started.call)
    assert record["recording"] == f"{started.call}.wav"
    listing = await asyncio.to_thread(files, record["recording"])
    assert int(listing.split()[4]) > 16_000, listing  # bytes: more than a second of 8 kHz
    await asyncio.to_thread(records, "forget", "1002")
    assert "No such file" in await asyncio.to_thread(files, record["recording"])
