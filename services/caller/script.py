"""Call scripts: who is called and what is said, in YAML, checked before anything is dialled.

agent: techstore            # or extension: "100"; the agent's file knows its extension
user: "1000"                # SIP user that calls
codec: opus                 # opus, g722, ulaw, alaw
silence: 1.0                # seconds without voice that end the agent's turn
timeout: 15                 # seconds an answer may take before the turn counts as unanswered
steps:
  - say: What are your opening hours on Saturday?
    expect: [ten, "10"]     # one of these must be in the answer, as whole words; case does not matter
  - say: And on [0.8] Sunday?          # a pause of 0.8 s inside
    expect_all: [closed, Sunday]       # all of these
  - wav: question.wav       # beside the script
  - say: Wait, another thing.
    interrupt_after: 1.5    # speaks when the agent has been speaking for 1.5 s
  - press: "1#"             # keys; with interrupt_after they are to silence the agent
    answered: false         # nobody needs to say anything after this step
  - wait: 2                 # seconds
  - say: Thank you, goodbye.
    expect_hangup: true     # the agent must end the call after it
"""

import re
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

from caller.errors import ScriptError
from caller.phone.rtp import Codec
from parley.agents import load_agent
from parley.agents.types import END
from parley.errors import AgentFileError

PositiveSeconds = Annotated[float, msgspec.Meta(gt=0, le=600)]
Extension = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9*#]{1,32}" + END)]
Keys = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Da-d*#]{1,32}" + END)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Words = tuple[Text, ...]
_WORD = re.compile(r"\d+|[^\W\d_]+")


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to do: exactly one of `say`, `wav`, `press` and `wait`."""

    say: Text | None = None
    """Text, spoken by TTS; `[0.8]` is a pause of that many seconds."""
    wav: Text | None = None
    """A 16-bit WAV file, relative to the script."""
    press: Keys | None = None
    """Keys, sent as telephone events."""
    wait: PositiveSeconds | None = None
    """Seconds to do nothing."""
    interrupt_after: PositiveSeconds | None = None
    """Seconds that the agent has been speaking when this step begins, instead of waiting for its turn's end."""
    expect: Words = ()
    """At least one of these is in the answer."""
    expect_all: Words = ()
    """All of these are in the answer."""
    expect_hangup: bool = False
    """The agent ends the call after its answer."""
    answered: bool | None = None
    """Whether the agent must speak after this step; by default after everything but `wait`."""

    @property
    def speaks(self) -> bool:
        """Whether the caller is heard in this step."""
        return self.say is not None or self.wav is not None

    @property
    def needs_answer(self) -> bool:
        """Whether the agent must speak after this step."""
        return self.wait is None if self.answered is None else self.answered

    @property
    def is_reported(self) -> bool:
        """Whether there is something to say about it afterwards: an answer, or how soon the agent stopped."""
        return self.needs_answer or self.interrupt_after is not None

    def __post_init__(self) -> None:
        chosen = [name for name in ("say", "wav", "press", "wait") if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise ValueError(f"needs exactly one of say, wav, press, wait, has {', '.join(chosen) or 'none'}")
        if self.interrupt_after is not None and self.wait is not None:
            raise ValueError("interrupt_after goes with say, wav or press only")
        if (self.expect or self.expect_all) and not self.needs_answer:
            raise ValueError("expects words although no answer is needed")


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call."""

    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]
    agent: str = ""
    """Name of the agent; also the folder that tells its extension."""
    extension: Extension | None = None
    """Number to dial; by default the agent's first."""
    user: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z._-]{1,64}" + END)] = "1000"
    """SIP user that calls."""
    codec: Codec = "opus"
    silence: PositiveSeconds = 1.0
    """Seconds without voice that end the agent's turn."""
    timeout: PositiveSeconds = 15.0
    """Seconds that an answer, or the greeting, may take to begin."""
    greeted: bool = True
    """Whether the agent speaks first."""
    fillers: tuple[str, ...] = ("one moment",)
    """Words by which the agent asks to wait; the caller does, for the answer that follows."""

    def __post_init__(self) -> None:
        if not self.agent and self.extension is None:
            raise ValueError("needs agent or extension")


def load_script(path: Path) -> Script:
    """Read a script; ScriptError names the file and the field that is wrong."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScriptError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise ScriptError(path, f"not UTF-8: {error.reason}") from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ScriptError(path, f"not YAML: {error.problem}", line) from error
    try:
        script = msgspec.convert(raw, Script)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `$")
        raise ScriptError(path, reason[:1].lower() + reason[1:], field.rstrip("`").lstrip(".")) from error
    for i, step in enumerate(script.steps):
        if step.wav and not (path.parent / step.wav).is_file():
            raise ScriptError(path, f"no such file {path.parent / step.wav}", f"steps[{i}].wav")
    return script


def extension_of(script: Script, agents: Path, path: Path) -> str:
    """Return the extension to dial; ScriptError when the agent's file does not tell."""
    if script.extension is not None:
        return script.extension
    try:
        return load_agent(agents / script.agent).file.extensions[0]
    except AgentFileError as error:
        raise ScriptError(path, str(error), "agent") from error


def missing(step: Step, heard: str) -> list[str]:
    """Return what was expected and is not in `heard`, each as a person would say it; whole words, case aside."""
    text = _plain(heard)
    lacking = [word for word in step.expect_all if _plain(word) not in text]
    if step.expect and not any(_plain(word) in text for word in step.expect):
        lacking.append("any of " + ", ".join(step.expect))
    return lacking


def asks_to_wait(script: Script, heard: str) -> bool:
    """Whether what was heard is no answer but a request to wait for one: a filler, and hardly a word more."""
    text = _plain(heard)
    return any(
        _plain(words) in text and len(text.split()) <= len(words.split()) + 2 for words in script.fillers
    )


def _plain(text: str) -> str:
    """Words and numbers in lower case with single spaces, one at each end, so that `in` compares whole words."""
    words = _WORD.findall(text.lower().replace("'", "").replace("’", ""))
    return f" {' '.join(words)} "
