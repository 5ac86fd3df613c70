"""What a replay tries: the settings as they are, and the same with some of them changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agent.knowledge.limits import KnowledgeSettings, knowledge_settings
from gateway.settings import GatewaySettings
from parley.errors import SettingError
from parley.settings import load
from stt.settings import SttSettings

HEARING = (
    "VAD_RATE",
    "VAD_THRESHOLD",
    "VAD_RELEASE",
    "BARGE_IN_MIN_MS",
    "BARGE_IN_LEVEL_DBFS",
    "BARGE_IN_SUSTAINED_MS",
    "PAUSE_MS",
    "PREROLL_MS",
    "ENDPOINT_FAST_MS",
    "ENDPOINT_SLOW_MS",
    "ENDPOINT_OPEN_MS",
    "ENDPOINT_SCORE",
)
"""When speech begins, is over, and interrupts."""
WORDS = ("STT_MODEL", "STT_COMPUTE_TYPE", "STT_END_OF_TURN")
"""What is written down, and how finished it sounds."""
KNOWING = ("KNOWLEDGE_SURE", "KNOWLEDGE_NEAR")
"""From when on a fact is the answer."""
TRIABLE = (*HEARING, *WORDS, *KNOWING, "AGENTS_DIR")
"""What may be changed: the rest of a call does not depend on other settings as it is run again."""
# Required of the services, and of no use here: nobody is called.
_UNUSED = {"ARI_PASSWORD": "-", "REDIS_URL": "-"}


def parse(text: str) -> dict[str, str]:
    """Read `NAME=VALUE NAME=VALUE`; raise SettingError naming what cannot be tried."""
    found: dict[str, str] = {}
    for part in text.split():
        name, _, value = part.partition("=")
        if name not in TRIABLE:
            raise SettingError(name, f"cannot be tried in a replay; these can: {', '.join(TRIABLE)}")
        if not value:
            raise SettingError(name, f"needs a value: {name}=...")
        if name in found:
            raise SettingError(name, "has two values")
        found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings of one run."""

    gateway: GatewaySettings
    stt: SttSettings
    knowledge: KnowledgeSettings
    agents_dir: Path

    @classmethod
    def of(cls, environ: Mapping[str, str], changes: Mapping[str, str]) -> Self:
        """Those of the environment, with some changed; raise SettingError."""
        merged = {**environ, **_UNUSED, **changes}
        gateway, stt = load(GatewaySettings, merged), load(SttSettings, merged)
        folder = Path(gateway.agents_dir)
        if not folder.is_dir():
            raise SettingError("AGENTS_DIR", f"there is no folder {folder}")
        return cls(gateway, stt, knowledge_settings(merged), folder)

    @property
    def ears(self) -> tuple[object, ...]:
        """What makes two runs understand the same words: those that have it in common share what was recognised."""
        return self.stt.whisper_folder, self.stt.stt_compute_type, self.stt.stt_end_of_turn
