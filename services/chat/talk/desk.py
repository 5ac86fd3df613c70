"""People for a chat: asked for, waited for, there, or a message left for them. What a guide asks a desk for."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from chat.talk import later
from chat.talk.kept import Kept, Phase
from gateway.keys.guide import Guide
from gateway.values import moments
from parley.agents import Action, Agent


class Voice(Protocol):
    """What a desk asks of the conversation."""

    @property
    def agent(self) -> Agent:
        """Who speaks, in the language of the chat."""

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        """Write a line."""

    def enter(self, phase: Phase) -> None:
        """Be somebody else's from now on."""

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream."""


class Desk:
    """A guide's `Desk`, of one chat."""

    def __init__(self, kept: Kept, voice: Voice, guide: Callable[[], Guide], patience_s: float) -> None:
        """`patience_s`: how long somebody is waited for before the visitor is offered something else."""
        self._kept = kept
        self._voice = voice
        self._guide = guide
        self._patience_s = patience_s

    def transfer(self, name: str, *, wait: bool = False) -> None:
        """Give the chat to a target: whoever of the people takes it first."""
        self._kept.target, self._kept.waits = name, wait
        self._tell("transfer_started")
        self._voice.tell(self._voice.agent.line("connecting", target=self._name))
        self._voice.enter("waiting")

    def voicemail(self) -> None:
        """Take a message."""
        self._voice.tell(self._voice.agent.line("write_message"))
        self._voice.enter("message")

    def serve(self, action: Action) -> None:
        """Write a text of the agent's here, instead of sending it; what needs a number cannot be done here: whose a
        visitor names, nobody knows."""
        agent = self._voice.agent
        if action.kind == "do_not_call":
            self._voice.tell(agent.line("no_calls_number"))
        elif action.kind == "callback":
            self._call_back(action.name)
        elif (known := agent.file.texts.get(action.name)) is not None:
            self._voice.tell(known.text)

    def _call_back(self, name: str) -> None:
        """Remember when they want to be called; the number is asked for by "Call me"."""
        kept, agent = self._kept, self._voice.agent
        target = later.caller_back(agent.file, name)
        if kept.channel != "web" or not agent.file.chat.calls or not target:
            self._voice.tell(agent.line("callback_no_number"))
            return
        text = next((line.text for line in reversed(kept.board.lines) if line.who == "visitor"), "")
        wanted = later.wanted(agent, text, datetime.now(UTC))
        kept.call_at, kept.call_target = (wanted.at.timestamp() if wanted.at else 0.0), target
        if wanted.at is not None:
            value = moments.spoken(wanted.at, agent.file.language)
            self._voice.tell(agent.line("chat_call_then", value=value))
        else:
            self._voice.tell(agent.line("callback_when" if wanted.told else "chat_call_me"))

    def pressed(self, key: str) -> None:
        """Nothing: a chat has no keys."""

    def spoken(self) -> None:
        """Nothing: who reads a line has read it."""

    def take(self) -> None:
        """A person takes the chat, asked for or not."""
        self._tell("transfer_connected")
        self._voice.enter("person")

    def give_back(self) -> None:
        """The person has done with it."""
        self._tell("transfer_ended", outcome="taken_back")
        self._voice.enter("agent")
        self._guide().back("")

    def left_message(self, text: str) -> None:
        """The visitor has written a message for the company."""
        self._voice.emit("message", name="", number=self._kept.caller, message=text)
        self._voice.enter("agent")
        self._guide().back(self._voice.agent.line("voicemail_thanks"))

    def look(self) -> None:
        """Offer something else when nobody has come in time."""
        kept = self._kept
        if kept.phase != "waiting" or kept.waits or time.time() - kept.since < self._patience_s:
            return
        self._tell("transfer_ended", outcome="unanswered")
        self._voice.enter("agent")
        if kept.target in self._voice.agent.file.targets:
            self._guide().offer(kept.target, self._voice.agent.line("nobody_free"))
        else:
            self._guide().back(self._voice.agent.line("nobody_free"))

    @property
    def _name(self) -> str:
        target = self._voice.agent.file.targets.get(self._kept.target)
        return target.name if target else self._kept.target

    def _tell(self, kind: str, **data: Any) -> None:
        self._voice.emit(kind, target=self._kept.target, to="chat", **data)
