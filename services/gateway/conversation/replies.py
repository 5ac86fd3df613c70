"""A reply on its way to the caller: its speech, the words it speaks, and how many of them were heard. Pure."""

import re
from dataclasses import dataclass, field

from parley.audio import SAMPLE_RATE, Pcm

_JUST_S = 2.0
"""An echo is no older: half a second of delay, and the sound before the one that was noticed."""

_QUESTION = re.compile(r"[^.!?…]*\?")
_FORESEEN = round(1.5 * SAMPLE_RATE)
"""Nobody needs the last words of a question to know it, once half of it is out."""
_STILL_ASKED = 2 * SAMPLE_RATE
"""An answer comes within that, though the agent may have gone on."""


@dataclass(slots=True)
class Reply:
    """The speech of one revision, in the order of its `seq`."""

    revision: int
    line: str = ""
    """Its words where they are known before there is speech: those of a line of the agent's own."""
    asked: str = ""
    """The caller's words that it answers, once it is played."""
    held: list[Pcm] = field(default_factory=list)
    """Speech that waits for the turn to be over."""
    complete: bool = False
    interrupted: bool = False
    """Whether the caller took the turn while it was being played."""
    stopped: bool = False
    """Whether the rest is not to be heard any more; how much of it was, the media plane is still to tell."""
    _next_seq: int = 0
    _spans: list[tuple[str, int]] = field(default_factory=list)

    def add(self, seq: int, text: str, pcm: Pcm) -> bool:
        """Take a stretch of speech in; False when it is there already.

        A worker that takes over a job of one that died speaks the reply again from its beginning.
        """
        if seq < self._next_seq:
            return False
        self._next_seq = seq + 1
        self._spans.append((text, len(pcm)))
        return True

    @property
    def text(self) -> str:
        """All words so far."""
        return "".join(text for text, _ in self._spans).strip()

    def heard_ratio(self, played: int) -> float:
        """Return which part of the speech so far its first `played` samples are, 0…1."""
        there = sum(samples for _, samples in self._spans)
        return min(1.0, played / there) if there else 0.0

    def just_said(self, played: int) -> str:
        """Return the words that the caller may have been hearing when `played` samples were out."""
        before = self.heard(max(0, played - round(_JUST_S * SAMPLE_RATE)))
        return self.heard(played + SAMPLE_RATE // 4).removeprefix(before).strip()

    def asking(self, played: int) -> str:
        """Return the question that the caller had as good as heard, or just heard, when `played` samples were out."""
        text = "".join(text for text, _ in self._spans)
        for question in reversed(list(_QUESTION.finditer(text))):
            first, last = self._sample(question.start()), self._sample(question.end())
            known = max(last - _FORESEEN, (first + last) // 2)
            if known <= played <= last + _STILL_ASKED:
                return question[0].strip()
        return ""

    def _sample(self, character: int) -> int:
        """The sample at which a character of the words is spoken, as if all took the same time."""
        at = 0
        for text, samples in self._spans:
            if character <= len(text):
                return at + (samples * character // len(text) if text else 0)
            character -= len(text)
            at += samples
        return at

    def heard(self, played: int) -> str:
        """Return the words whose speech lies within the first `played` samples.

        Of a stretch that was cut, as large a part of the words counts as of the samples.
        """
        words = ""
        for text, samples in self._spans:
            if played >= samples:
                words += text
                played -= samples
                continue
            pieces = re.findall(r"\s*\S+", text)
            words += "".join(pieces[: len(pieces) * played // samples])
            break
        return words.strip()
