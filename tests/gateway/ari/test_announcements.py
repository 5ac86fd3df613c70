"""In which language Asterisk itself speaks to callers."""

from typing import Any

import msgspec
import pytest

from gateway.ari import channels
from gateway.ari.announcements import KNOWN, by_number
from gateway.turns.events import State
from parley.agents import Agent
from parley.agents.dialogue import Menu, Option, Target, Translation
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


def agent(**fields: Any) -> Agent:
    return Agent(name=AGENT.name, file=msgspec.structs.replace(AGENT.file, **fields))


GERMAN = agent(language="de")
MENU = {"which": Menu(say="?", options={"2": Option(label="Deutsch", language="de", to="agent")})}
CHOOSING = agent(
    languages={"de": Translation(greeting="Hallo")},
    menu="which",
    menus=MENU,
    targets={"desk": Target(name="the desk", extension="1001", summary=False)},
    person="desk",
)


def told(it: Exchange) -> dict[str, str]:
    """What Asterisk knows: languages by number."""
    return {k.removeprefix(KNOWN): v for k, v in it.ari.variables.items() if k.startswith(KNOWN)}


def spoken_to(it: Exchange, call: str) -> list[str]:
    """What Asterisk was told to speak to a caller, one language after the other."""
    asked = it.ari.asked(f"POST channels/{call}/variable?variable=CHANNEL(language)")
    return [request.rpartition("=")[2] for request in asked]


def test_every_number_has_its_agents_language_and_the_house_what_most_of_them_speak() -> None:
    agents = {
        "shop": agent(language="de", extensions=("100", "+4930123456")),
        "desk": agent(extensions=("200",)),
    }
    assert by_number(agents) == {"100": "de", "+4930123456": "de", "200": "en", "HOUSE": "de"}
    assert by_number({}) == {}


async def test_asterisk_knows_the_agents_languages_before_anybody_calls() -> None:
    async with exchange(GERMAN) as it:
        await it.until(lambda: told(it) == {"100": "de", "HOUSE": "de"})
        it.switchboard._agents[AGENT.name] = agent(language="fr", extensions=("100", "7"))
        await it.switchboard.on_agents_changed({AGENT.name})
        assert told(it) == {"100": "fr", "7": "fr", "HOUSE": "fr"}


async def test_a_caller_whom_asterisk_would_speak_to_in_another_language() -> None:
    async with exchange(GERMAN) as it:
        await it.answered("c1")
        await it.until(lambda: spoken_to(it, "c1") == ["de"])


async def test_a_number_in_a_form_that_asterisk_was_not_told_of_is_kept_as_it_was_dialled() -> None:
    async with exchange(agent(language="de", extensions=("+4930123456",))) as it:
        await it.answered("c1", "030123456")
        await it.until(lambda: told(it).get("030123456") == "de")


async def test_asterisk_is_asked_for_nothing_when_it_speaks_the_callers_language() -> None:
    async with exchange() as it:
        await it.answered("c1")
        assert spoken_to(it, "c1") == []


async def test_who_chooses_a_language_waits_for_people_in_it() -> None:
    async with exchange(CHOOSING) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "NOT_INUSE"
        await it.answered("c1")
        it.ari.press("c1", "2")
        await it.until(lambda: it.bus.events("language"))
        it.ari.press("c1", "*")
        await it.until(lambda: it.state("c1") is State.TRANSFERRING)
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        assert spoken_to(it, "c1") == ["de"]
        it.ari.hang_up("c1")


async def test_a_language_without_sounds_is_named_and_english_takes_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with exchange(agent(language="pl", lines={})) as it:
        it.ari.variables["PARLEY_LANGUAGES"] = "de,en"
        await it.switchboard.on_agents_changed({AGENT.name})
        assert told(it) == {"100": "en", "HOUSE": "en"}
        named = [line for line in capsys.readouterr().out.splitlines() if "no announcements" in line]
        assert named
        assert "pl" in named[-1]
        assert AGENT.name in named[-1]


async def test_an_asterisk_that_cannot_be_told_does_not_keep_a_call_from_being_answered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with exchange(GERMAN) as it:
        it.ari.refuse["POST asterisk/variable"] = 500
        it.ari.refuse["POST channels/c1/variable"] = 404
        await it.switchboard.on_agents_changed({AGENT.name})
        assert "could not be told" in capsys.readouterr().out
        await it.answered("c1")


async def test_an_apology_is_in_the_language_of_the_call_and_heard_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels, "_LOOK_S", 0.01)
    async with exchange(GERMAN) as it:
        await it.answered("c1")
        it.ari.sound_lasts = 3
        it.ari.hang_up("media-c1")
        await it.over("c1")
        assert it.ari.asked("POST channels/c1/play") == [
            "POST channels/c1/play?media=sound:please-try-call-later&lang=de"
        ]
        assert it.ari.sound_lasts == 0
        told = [r for r in it.ari.requests if r.startswith(("GET playbacks", "DELETE channels/c1"))]
        assert [r.split("?")[0] for r in told] == ["GET playbacks/playback"] * 4 + ["DELETE channels/c1"]
