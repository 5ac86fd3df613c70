"""Who has answered: a person, a voicemail, somebody's screening of calls, a menu, a fax machine, nobody. Pure.

Fed 20 ms at a time. A person says a word or two and waits; a machine goes on talking. So who falls silent soon is a
person, and what is longer is read: a company's greeting is as long as a voicemail's. Who goes on and on is a machine,
whatever it says. Tones need no words. What is found is taken back when more is heard: a voicemail, too, may say
"Hi, this is Dave", and pause.

Frequencies of fax machines: ITU-T T.30 (CNG 1100 Hz, 0.5 s; CED 2100 Hz, 2.6 to 4 s); of special information tones:
ITU-T E.180 (950, 1400 and 1800 Hz, a third of a second each). Nobody's rule is that of a voicemail's beep.
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gateway.answering.tones import Tone, Tones
from gateway.answering.wording import Found, wording
from parley.audio import FRAME_MS, Pcm
from parley.languages.said import plain

Kind = Literal["person", "voicemail", "screening", "menu", "fax", "unobtainable", "silence"]
"""`screening`: somebody's telephone asks who calls, before they take it; `menu`: a choice by keys, or a queue;
`unobtainable`: an announcement of the network; `silence`: nobody says anything."""

_FRAME_S = FRAME_MS / 1000
_CNG_HZ, _CED_HZ = 1100.0, 2100.0
_SIT_HZ = (950.0, 1400.0, 1800.0)
_RINGING_HZ = (400.0, 500.0)
"""What is heard while it rings somewhere else, or is busy there: before anybody has said a word it is no beep."""
_BEEP_HZ = (400.0, 2000.0)
_BEEP_S = (0.15, 2.0)
_WORD_S = 0.16
"""Less is no word: the detector takes the beginning of a tone for speech."""
_LEVEL_FRAMES = 5
_BACKGROUND, _BACKGROUND_S = 10 ** (-22 / 10), 0.2
"""Speech so far below the loudest tenth of a second is somebody else's, behind who has answered, or music's, when it is
so for longer than the detector goes on finding it after a voice.
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, of what the detector finds speech in: it goes on finding it for some 0.15 s after a voice."""

    person_s: float = 1.0
    """Whoever has been speaking for so long is a person, until more is known."""
    wait_s: float = 0.6
    """Who is silent for so long after a word or two waits for the other side."""
    greeting_s: float = 1.8
    """What is longer may be a company's greeting, or a machine's first sentence: it is read first..."""
    long_wait_s: float = 1.0
    """... so long a silence is waited for after it..."""
    words_s: float = 1.5
    """... and so long a one for its words, if they do not come."""
    talk_s: float = 4.0
    """Who has spoken so long without a pause, and could not be read, is a machine."""
    monologue_s: float = 7.5
    """Who has spoken so long is one, whatever was read."""
    pause_s: float = 0.35
    """A shorter silence parts nothing."""
    silence_s: float = 2.0
    """Who says nothing for so long is spoken to."""
    over_s: float = 5.0
    """What is said so soon after the agent has begun to speak is no answer to it yet."""
    after_beep_s: float = 0.3
    beepless_s: float = 4.0
    """A voicemail that is silent for so long takes a message, beep or not."""
    asked_s: float = 2.0
    """Who asks for a name after a tone, and is silent for so long, takes it, tone or not."""


DEFAULT = Limits()


class Judge:
    """Makes up its mind about one call, from the moment in which it was answered."""

    def __init__(self, language: str, limits: Limits = DEFAULT) -> None:
        self._wording = wording(language)
        self._limits = limits
        self._tones = Tones()
        self._ended = deque[Tone](maxlen=len(_SIT_HZ))
        self._sure: Kind | None = None
        """What tones or words have told."""
        self._weight = 0.0
        """How likely words have made it; not at all where a tone has told."""
        self._powers = deque[float](maxlen=_LEVEL_FRAMES)
        self._loudest = self._low = 0.0
        """Mean square of the last frames, the highest mean of them, and for how many seconds it was low."""
        self._beeped = self._beeps = False
        """Whether a beep was heard, and whether one was spoken of."""
        self._now = self._spoken = self._stretch = self._quiet = self._since_tone = 0.0
        """Seconds: until now, in which there was speech, of the last stretch of it, since that, since a tone."""
        self._first: float | None = None
        self._unread = False
        """Whether there was speech since words were read last."""
        self._greeted: float | None = None

    # What is heard

    def hear(self, frame: Pcm, *, speech: bool) -> None:
        """Take in the next 20 ms, and whether there is speech in it."""
        self._now += _FRAME_S
        if tone := self._tones.feed(frame):
            self._ended.append(tone)
            self._since_tone = 0.0
        self._since_tone += _FRAME_S
        self._follow(speech=speech and self._tones.sounding is None and self._is_near(frame))
        self._judge_tones()

    def read(self, text: str) -> None:
        """Take in words of what was said until now; empty: there were none."""
        words, answering = plain(text), self._is_before_any_answer()
        self._unread = False
        if words and self._first is None:
            # Words too short for the detector.
            self._first = self._now
        if found := self._wording.found(words, answering=answering, spoken_s=self._spoken):
            self._learn(found)
            self._beeps |= self._wording.speaks_of_beep(words)

    def greeted(self) -> None:
        """The agent speaks now: whoever talks on may answer it, so that only what is sure still counts."""
        self._greeted = self._now

    # What is known of it

    @property
    def kind(self) -> Kind | None:
        """Who it is, as far as can be told; None: nothing can be told yet."""
        if self._sure is not None:
            return self._sure
        if self._first is None:
            return "silence" if self._now >= self._limits.silence_s else None
        if self._greeted is None and self._is_machine():
            return "voicemail"
        told = self._now - self._first >= self._limits.person_s or self._quiet >= self._limits.wait_s
        return "person" if told or self._greeted is not None else None

    @property
    def is_sure(self) -> bool:
        """Whether more speech alone does not change it."""
        return self._sure is not None

    @property
    def listens(self) -> bool:
        """Whether it is the agent's turn: a person waits, a voicemail records."""
        limits = self._limits
        after_beep = self._since_tone >= limits.after_beep_s and self._tones.sounding is None
        match self.kind:
            case "person":
                return self._waits() and (self._is_read() or self._greeted is not None)
            case "voicemail":
                return after_beep if self._beeped else self._quiet >= limits.beepless_s
            case "screening":
                if self._beeped:
                    return after_beep
                return self._quiet >= (limits.asked_s if self._beeps else limits.wait_s)
            case kind:
                return kind is not None

    def _follow(self, *, speech: bool) -> None:
        if not speech:
            self._quiet += _FRAME_S
            if self._first is None and self._tones.sounding is not None:
                self._spoken = 0.0
            return
        if self._quiet >= self._limits.pause_s:
            self._stretch = 0.0
        self._stretch += _FRAME_S
        self._spoken += _FRAME_S
        self._quiet = 0.0
        self._unread = True
        if self._first is None and self._spoken >= _WORD_S:
            self._first = self._now - _WORD_S

    def _is_near(self, frame: Pcm) -> bool:
        """Whether what is taken for speech is as loud as whoever speaks into the telephone."""
        samples = frame.astype(np.float64)
        self._powers.append(float(np.vecdot(samples, samples)))
        level = sum(self._powers) / len(self._powers)
        self._loudest = max(self._loudest, level)
        self._low = 0.0 if level >= _BACKGROUND * self._loudest else self._low + _FRAME_S
        return self._low <= _BACKGROUND_S

    def _is_before_any_answer(self) -> bool:
        """Who has heard the agent may say to it that somebody is not available."""
        return self._greeted is None or self._now - self._greeted <= self._limits.over_s

    def _is_read(self) -> bool:
        limits = self._limits
        return self._stretch <= limits.greeting_s or not self._unread or self._quiet >= limits.words_s

    def _waits(self) -> bool:
        limits = self._limits
        return self._quiet >= (limits.wait_s if self._stretch <= limits.greeting_s else limits.long_wait_s)

    def _is_machine(self) -> bool:
        limits = self._limits
        unread = self._unread and self._quiet >= limits.words_s
        return self._spoken >= limits.monologue_s or (unread and self._stretch >= limits.talk_s)

    def _learn(self, found: Found) -> None:
        kind = found.machine
        if kind != self._sure and not self._gives_way(found):
            return
        # A beep of before was another's.
        self._beeped = self._beeped and kind == self._sure
        self._sure, self._weight = kind, max(found.weight, self._weight if kind == self._sure else 0.0)

    def _gives_way(self, found: Found) -> bool:
        """Whether what was found is taken back for something else that was read."""
        match self._sure:
            # A voicemail and a screening have keys for what was recorded; one that nobody takes becomes a voicemail.
            case None | "menu":
                return True
            case "screening":
                return found.machine != "menu" or found.weight >= self._weight
            # The first words of what is read as a whole may mislead.
            case "voicemail":
                return found.machine in ("screening", "unobtainable") and found.weight >= self._weight
            case _:
                return False

    def _judge_tones(self) -> None:
        sounding = self._tones.sounding
        if sounding is not None:
            self._look_for_fax(sounding)
        elif self._ended and self._since_tone >= self._limits.after_beep_s:
            self._conclude()

    def _look_for_fax(self, tone: Tone) -> None:
        called = tone.is_near(_CED_HZ, 25) and tone.seconds >= 0.5
        calls = tone.is_near(_CNG_HZ, 40) and tone.seconds >= 0.35 and self._first is None
        if (called or calls) and self._sure is None:
            self._sure = "fax"

    def _conclude(self) -> None:
        """No other tone has followed: say what it was, or they were; a vowel, where who spoke goes on."""
        tones, last = list(self._ended), self._ended[-1]
        self._ended.clear()
        if len(tones) == len(_SIT_HZ) and all(
            tone.is_near(hertz, 60) for tone, hertz in zip(tones, _SIT_HZ, strict=True)
        ):
            self._sure = "unobtainable"
        elif self._quiet and self._is_beep(last) and self._sure in (None, "voicemail", "screening"):
            self._sure, self._beeped = self._sure or "voicemail", True

    def _is_beep(self, tone: Tone) -> bool:
        if not (_BEEP_HZ[0] <= tone.hertz <= _BEEP_HZ[1] and _BEEP_S[0] <= tone.seconds <= _BEEP_S[1]):
            return False
        return self._first is not None or not _RINGING_HZ[0] <= tone.hertz <= _RINGING_HZ[1]
