"""Tells words that were spoken from words that Whisper makes up.

Whisper was trained on subtitles: given noise or silence it writes what subtitles say there. Its own
measures (the no-speech probability, the mean log probability of the tokens, how well the text compresses)
tell most of it; a list of its favourite inventions the rest, but only where the evidence of speech is weak,
since callers do say "thank you".
"""

import re
import zlib
from dataclasses import dataclass

from parley import languages
from stt.transcriber import Verdict

NO_SPEECH = ((0.6, -1.0), (0.3, -2.0))
"""Nobody spoke when the no-speech probability is above, and the log probability below, those of a pair; the first
are the thresholds of Whisper's own decoder."""
LOOP_RATIO = 2.4
"""Text that compresses better than this repeats itself (Whisper's own threshold)."""
SUSPICIOUS_RATIO = 1.8
"""Above this the short window may have made the decoder loop: worth a second look through a longer one."""
SUSPICIOUS_REPEAT_WORDS = 3
"""So many words said twice in a row likewise."""
WEAK_NO_SPEECH = 0.3
WEAK_LOG_PROBABILITY = -0.8
WEAK_LEVEL_DBFS = -45.0
"""Loudest tenth of a second: speech on a telephone is above this, line noise is not."""

# Sounds in brackets, notes: subtitles for the deaf, never words.
_SOUNDS = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫]+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decoder and the audio say about a text."""

    no_speech: float
    """Probability 0…1 that nobody speaks."""
    log_probability: float
    """Mean over the tokens."""
    level_dbfs: float
    """Of the loudest tenth of a second."""
    told: bool = True
    """Whether the decoder told the two probabilities."""
    fits: bool = True
    """Whether there is sound enough for so many letters."""

    @property
    def nobody_spoke(self) -> bool:
        """Whether the decoder itself takes the audio for something else than speech."""
        return any(self.no_speech > above and self.log_probability < below for above, below in NO_SPEECH)

    @property
    def weak_signs(self) -> int:
        """How many of the measures doubt that somebody spoke."""
        return (
            (self.no_speech > WEAK_NO_SPEECH)
            + (self.log_probability < WEAK_LOG_PROBABILITY)
            + (self.level_dbfs < WEAK_LEVEL_DBFS)
            + (not self.told)
            + (not self.fits)
        )


def compression_ratio(text: str) -> float:
    """How many times smaller zlib makes the text: a loop compresses well."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def looks_looped(text: str) -> bool:
    """Whether the decoder may have repeated itself; a caller who did is heard the same way at the second look."""
    if compression_ratio(text) > SUSPICIOUS_RATIO:
        return True
    words = _WORD.findall(text.lower())
    return any(
        words[start : start + length] == words[start + length : start + 2 * length]
        for length in range(SUSPICIOUS_REPEAT_WORDS, len(words) // 2 + 1)
        for start in range(len(words) - 2 * length + 1)
    )


def judge(text: str, evidence: Evidence, language: str = languages.DEFAULT) -> tuple[str, Verdict]:
    """Return the text without the sounds that subtitles describe, or nothing, and why.

    `language` is the code of what was listened for.
    """
    if evidence.nobody_spoke:
        return "", "noise"
    words = " ".join(_SOUNDS.sub(" ", text).split())
    plain = " ".join(_WORD.findall(words.lower().replace("’", "'")))
    if not plain:
        return "", "noise"
    if compression_ratio(words) > LOOP_RATIO:
        return "", "hallucination"
    known = languages.get(language).recogniser
    if plain in known.never_spoken and evidence.weak_signs >= 1:
        return "", "hallucination"
    if plain in known.inventions and evidence.weak_signs >= 2:
        return "", "hallucination"
    return words, "speech"
