"""In which language Asterisk itself speaks: how long the queue is, and apologies where nobody else can speak.

It is told by number in which language a call is answered (variables of its dialplan), for calls that come while no
gateway is there. So it knows the language of most calls before the gateway does.
"""

from collections import Counter
from collections.abc import Mapping

from gateway.ari.channels import Channels
from gateway.ari.protocol import Json
from parley import log
from parley.agents import Agent
from parley.errors import AriError

SPOKEN = "PARLEY_LANGUAGES"
"""Global variable of the dialplan: codes of the languages that Asterisk has sounds in, with commas between."""
KNOWN = "LANGUAGE_"
"""Begins the global variable that has a number's language."""
HOUSE = "HOUSE"
"""Stands for all numbers that Asterisk was not told of."""

_log = log.get("announcements")


class Announcements:
    """One gateway's; `agents` is read anew each time."""

    def __init__(self, channels: Channels, agents: Mapping[str, Agent]) -> None:
        self._channels = channels
        self._agents = agents

    async def prepare(self) -> None:
        """Learn what Asterisk can speak, and have it know what each agent does."""
        try:
            spoken = await self._channels.global_variable(SPOKEN)
            if spoken:
                self._channels.spoken = frozenset(spoken.split(","))
            for number, language in by_number(self._agents).items():
                await self._keep(number, language)
        except AriError as error:
            _log.warning("Asterisk could not be told of the agents' languages", error=str(error))
        for name, agent in sorted(self._agents.items()):
            if lacking := set(agent.file.all_languages) - self._channels.spoken:
                _log.warning(
                    "Asterisk has no announcements in a language; they are English",
                    agent=name,
                    languages=sorted(lacking),
                )

    async def arrived(self, channel: Json, agent: Agent) -> None:
        """Have Asterisk speak a caller's language, and know of it when the same is dialled the next time."""
        language, number = agent.file.language, str(channel["dialplan"]["exten"])
        if channel.get("language") == self._channels.speakable(language):
            return
        try:
            await self._channels.speak(str(channel["id"]), language)
            await self._keep(number, language)
        except AriError as error:
            _log.info("the caller is gone already", call=channel["id"], error=str(error))

    async def _keep(self, number: str, language: str) -> None:
        await self._channels.set_global_variable(KNOWN + number, self._channels.speakable(language))


def by_number(agents: Mapping[str, Agent]) -> dict[str, str]:
    """The language of every extension as it stands in the agents' files; the house's is that of most of them."""
    found = {number: agent.file.language for agent in agents.values() for number in agent.file.extensions}
    most = Counter(found.values()).most_common(1)
    return found | ({HOUSE: most[0][0]} if most else {})
