"""What is done with whoever answers a call that was made: the greeting waits until it is known who that is.

A person is greeted; somebody's screening of calls hears who calls, and then the same; a voicemail hears its message
after the beep, whole, or nothing; a menu has a key pressed or is hung up on, as a fax machine is, and an announcement
of the network.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from prometheus_client import Counter

from gateway.answering.judging import DEFAULT, Judge, Kind
from gateway.media import events as media
from gateway.turns.actions import Transcribe
from parley import languages, log
from parley.agents import Agent
from parley.audio import FRAME_SAMPLES, SAMPLE_RATE, seconds
from parley.messages import AnyMessage, Transcript

ANSWERED_BY = Counter(
    "parley_calls_answered_by_total",
    "Calls that were made and answered, by who answered, as far as could be told",
    ["kind"],
)
FIRST = -3
"""The revision of the first words that are asked for here, and all below it: beside the turns, see speaking.py."""
_WATCH_S = 45.0
"""How long whoever has been greeted is still listened to: a machine may be found out late."""
READ_S = 9.0
"""So much of what was said is read again at each pause: a recogniser understands a sentence better than its pieces, and
Whisper's shortest window is as long.
"""
_LONGEST_S = 90.0
"""A machine that has let us wait for so long is hung up on."""
_ENDS: dict[Kind, str] = {"menu": "machine", "fax": "machine", "unobtainable": "no_such_number"}
"""How calls end that are given up at once."""
_PATIENT = replace(DEFAULT, silence_s=math.inf)
"""Whoever comes after a menu may be long in coming: nobody greets what rings, or plays music."""

_log = log.get("answering")


class Ears(Protocol):
    """What is asked of the media plane."""

    def set_monitored(self, call: str, monitored: bool) -> None:
        """Have all that is heard told, not only speech."""

    def set_deaf(self, call: str, deaf: bool) -> None:
        """Have what comes from there count as silence."""


class Errands(Protocol):
    """What is asked of the conversation's errands."""

    def transcribe(self, action: Transcribe, *, heard: str, reply: bool, hint: str) -> None:
        """Have words written down."""


class Voice(Protocol):
    """What is asked of the conversation."""

    @property
    def agent(self) -> Agent:
        """Who speaks."""

    def hold_back(self, back: bool) -> None:
        """Say nothing more, or go on."""

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        """Say a line at once."""

    def note(self, text: str) -> None:
        """Remember what was said."""

    def emit(self, kind: str, *, at: float | None = None, **data: Any) -> None:
        """Tell the `events` stream."""


class Reception:
    """Finds out who has answered one call, and acts on it; of calls that came in it does nothing."""

    def __init__(
        self,
        call: str,
        voicemail: str | None,
        language: str,
        *,
        ears: Ears,
        errands: Errands,
        voice: Voice,
        press: Callable[[str], None],
        end: Callable[[str], None],
    ) -> None:
        """`voicemail` is what one is told, nothing when it is empty; None: nobody was called. `press` presses a key,
        `end` hangs up.
        """
        self._call = call
        self._voicemail = voicemail
        self._ears = ears
        self._errands = errands
        self._voice = voice
        self._press = press
        self._end = end
        self._language = language
        self._judge = Judge(language)
        self._pressed = 0
        self._opening = ""
        self._listens = False
        """Whether it is still being found out."""
        self._spoken = False
        """Whether the agent has begun to speak to a person, or to who screens their calls."""
        self._told: Kind | None = None
        self._start: int | None = None
        self._began: int | None = None
        """First samples of the speech that goes on, and of all that was said."""
        self._words = ""
        """What was read last, and is not noted yet."""
        self._asked = self._counting = FIRST
        """The revision of the next words, and of the first that count: none of before the last key."""
        self._frames = 0
        self._left = False

    def begin(self, opening: str) -> None:
        """The greeting is being made; `opening` is said in its place, empty: the agent's own."""
        if self._voicemail is None:
            return
        self._opening = opening or self._voice.agent.file.greeting
        self._listens = True
        self._voice.hold_back(True)
        self._ears.set_monitored(self._call, True)

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells."""
        match event:
            case media.CallerHeard() if self._listens:
                for at in range(0, len(event.pcm), FRAME_SAMPLES):
                    self._judge.hear(event.pcm[at : at + FRAME_SAMPLES], speech=event.speech)
                    self._frames += 1
                    self._act()
            case media.SpeechStarted() if self._voicemail is not None:
                self._start = event.sample
                self._began = event.sample if self._began is None else self._began
            case media.SpeechPaused() if self._listens and self._start is not None:
                # Once the agent has spoken, the conversation asks for the words.
                if not self._spoken or self._told == "voicemail":
                    self._write_down(event.sample)
                self._start = None
            case _:
                pass

    def on_message(self, message: AnyMessage) -> None:
        """Take in words, whoever has asked for them."""
        if not isinstance(message, Transcript) or not self._listens:
            return
        ours = message.revision <= FIRST
        if message.revision <= self._counting if ours else self._spoken:
            self._judge.read(message.text)
        if ours and message.text:
            self._words = message.text
        if self._spoken:
            self._note()
        self._act()

    def outcome(self, outcome: str) -> str:
        """How the call ends that ends so for the conversation."""
        return "message_left" if self._left and outcome == "completed" else outcome

    def close(self) -> None:
        """The call is over: count who it was with."""
        self._listens = False
        if self._told is not None:
            ANSWERED_BY.labels(self._told).inc()

    def _note(self) -> None:
        """Have the conversation know what was said before it."""
        if self._words:
            self._voice.note(self._words)
            self._words = ""

    def _write_down(self, end: int) -> None:
        start = max(self._began or 0, end - round(READ_S * SAMPLE_RATE))
        action = Transcribe(0, self._asked, start, end)
        self._asked -= 1
        hint = languages.get(self._language).answering.hint
        self._errands.transcribe(action, heard="", reply=False, hint=hint)

    def _act(self) -> None:
        if not self._listens:
            return
        kind, waited_s = self._judge.kind, seconds(self._frames * FRAME_SAMPLES)
        if kind == "menu" and not self._spoken and self._voice.agent.file.callee_keys:
            self._meet_menu(self._voice.agent.file.callee_keys)
        elif kind is not None and kind in _ENDS:
            self._tell(kind)
            self._give_up(_ENDS[kind])
        elif kind == "voicemail":
            self._meet_voicemail(waited_s)
        elif kind is not None and self._judge.listens:
            self._speak(kind)
        if self._listens and waited_s >= (_WATCH_S if self._spoken else _LONGEST_S):
            if self._told == "voicemail" or not self._spoken:
                self._give_up("machine")
            self._stop()

    def _meet_menu(self, keys: tuple[str, ...]) -> None:
        """Press the next key; after the last one it is waited: a queue may follow, and somebody at its end."""
        if self._pressed < len(keys):
            key = keys[self._pressed]
            self._pressed += 1
            self._tell("menu", pressed=key)
            self._press(key)
        self._note()
        # Somebody else may speak from now on; what the menu still says is not read.
        self._judge, self._counting = Judge(self._language, _PATIENT), self._asked
        self._start = self._began = None

    def _meet_voicemail(self, waited_s: float) -> None:
        ready = self._judge.listens
        if not (ready or self._judge.is_sure):
            return
        if self._told != "voicemail":
            self._tell("voicemail")
            if self._spoken:
                self._voice.hold_back(True)
        if not self._voicemail:
            self._give_up("machine")
        elif ready:
            _log.info("a voicemail is told its message", call=self._call, after_s=round(waited_s, 1))
            self._left = True
            self._stop()
            # Whole: whatever the machine says or plays to it.
            self._ears.set_deaf(self._call, True)
            self._voice.tell(self._voicemail, hang_up=True)

    def _speak(self, kind: Kind) -> None:
        """It is the agent's turn, once; what is told is who it is now."""
        before = self._told
        if kind != before:
            self._tell(kind)
        self._note()
        if kind == "screening" and before != "screening":
            self._voice.tell(f"{self._voice.agent.line('calling')} {self._opening}")
        elif not self._spoken:
            self._voice.hold_back(False)
        if not self._spoken:
            self._spoken = True
            self._judge.greeted()

    def _give_up(self, outcome: str) -> None:
        self._stop()
        self._end(outcome)

    def _stop(self) -> None:
        self._note()
        self._listens = False
        self._ears.set_monitored(self._call, False)

    def _tell(self, kind: Kind, **more: Any) -> None:
        self._told = kind
        _log.info("who has answered", call=self._call, kind=kind, **more)
        self._voice.emit("answered_by", who=kind, **more)
