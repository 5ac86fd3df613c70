"""What is done with whoever answers a call that was made: the greeting waits until it is known who that is.

A person is greeted; somebody's screening of calls hears who calls, and then the same; a voicemail hears its message
after the beep, whole, or nothing; a menu, a fax machine and the network's announcements are hung up on.
"""

from collections.abc import Callable
from typing import Any, Protocol

from prometheus_client import Counter

from gateway.answering.judging import Judge, Kind
from gateway.media import events as media
from gateway.turns.actions import Transcribe
from parley import log
from parley.agents import Agent
from parley.audio import FRAME_SAMPLES, seconds
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
_LONGEST_S = 90.0
"""A machine that has let us wait for so long is hung up on."""
_ENDS: dict[Kind, str] = {"menu": "machine", "fax": "machine", "unobtainable": "no_such_number"}
"""How calls end that are given up at once."""

_log = log.get("answering")


class Ears(Protocol):
    """What is asked of the media plane."""

    def set_monitored(self, call: str, monitored: bool) -> None:
        """Have all that is heard told, not only speech."""

    def set_deaf(self, call: str, deaf: bool) -> None:
        """Have what comes from there count as silence."""


class Errands(Protocol):
    """What is asked of the conversation's errands."""

    def transcribe(self, action: Transcribe, *, heard: str, reply: bool) -> None:
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
        end: Callable[[str], None],
    ) -> None:
        """`voicemail` is what one is told, nothing when it is empty; None: nobody was called. `end` hangs up."""
        self._call = call
        self._voicemail = voicemail
        self._ears = ears
        self._errands = errands
        self._voice = voice
        self._end = end
        self._judge = Judge(language)
        self._opening = ""
        self._listens = False
        """Whether it is still being found out."""
        self._spoken = False
        """Whether the agent has begun to speak to a person, or to who screens their calls."""
        self._told: Kind | None = None
        self._start: int | None = None
        """First sample of the speech that goes on."""
        self._asked = FIRST
        self._frames = 0
        self._left = False
        """Whether the message is being left."""

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
            case media.SpeechPaused() if self._listens and self._start is not None:
                # Once the agent has spoken, the conversation asks for the words.
                if not self._spoken or self._told == "voicemail":
                    self._write_down(self._start, event.sample)
                self._start = None
            case _:
                pass

    def on_message(self, message: AnyMessage) -> None:
        """Take in words, whoever has asked for them."""
        if not isinstance(message, Transcript) or not self._listens:
            return
        self._judge.read(message.text)
        if message.revision <= FIRST and message.text:
            self._voice.note(message.text)
        self._act()

    def outcome(self, outcome: str) -> str:
        """How the call ends that ends so for the conversation."""
        return "message_left" if self._left and outcome == "completed" else outcome

    def close(self) -> None:
        """The call is over: count who it was with."""
        self._listens = False
        if self._told is not None:
            ANSWERED_BY.labels(self._told).inc()

    def _write_down(self, start: int, end: int) -> None:
        action = Transcribe(0, self._asked, start, end)
        self._asked -= 1
        self._errands.transcribe(action, heard="", reply=False)

    def _act(self) -> None:
        if not self._listens:
            return
        kind, waited_s = self._judge.kind, seconds(self._frames * FRAME_SAMPLES)
        if kind is not None and kind in _ENDS:
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
        self._listens = False
        self._ears.set_monitored(self._call, False)

    def _tell(self, kind: Kind) -> None:
        self._told = kind
        _log.info("who has answered", call=self._call, kind=kind)
        self._voice.emit("answered_by", who=kind)
