"""Which lines are spoken before anybody calls."""

import pytest

from agent.voice.kept import calls_lines, guiding_lines, in_all_languages, keep_lines
from agent.voice.tts import Distant, Speaker
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Menu, Option, Target, Translation
from parley.errors import EngineError

SHOP = Agent(
    name="shop",
    file=AgentFile(
        company="Shop",
        extensions=("1",),
        greeting="Hello.",
        persona="p",
        menus={"main": Menu(say="Press 1.", options={"1": Option(to="agent")})},
        targets={"sales": Target(name="sales", extension="1001")},
        languages={"de": Translation(greeting="Hallo.")},
    ),
)


class NotingSpeaker(Speaker):
    def __init__(self, broken: str = "") -> None:
        self.kept: list[tuple[str, str]] = []
        self._broken = broken

    def has(self, voice: str) -> bool:
        return voice.startswith("espeak-ng")

    async def keep(self, voice: str, text: str, due: float = 0.0, distant: Distant | None = None) -> None:
        if text == self._broken:
            raise EngineError("internal", "broken")
        self.kept.append((voice, text))


def test_an_agent_speaks_all_its_languages() -> None:
    assert [agent.file.language for agent in in_all_languages([SHOP])] == ["en", "de"]
    assert calls_lines(in_all_languages([SHOP])[1])[0] == "Hallo."


def test_what_keys_say_is_among_the_lines() -> None:
    lines = guiding_lines(SHOP)
    assert "Press 1." in lines
    assert SHOP.line("connecting", target="sales") in lines


@pytest.mark.parametrize("broken", ["", "Hello."])
async def test_every_line_is_kept_in_the_voice_of_its_language(broken: str) -> None:
    speaker = NotingSpeaker(broken)
    await keep_lines(speaker, in_all_languages([SHOP]), "joe", calls_lines)
    assert (("joe", "Hello.") in speaker.kept) == (not broken)
    assert ("espeak-ng:de", "Hallo.") in speaker.kept
