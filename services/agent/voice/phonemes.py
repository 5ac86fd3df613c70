"""From words to a Piper voice's phoneme numbers, by the espeak-ng program."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.voice.saying.spoken import Word
from parley.errors import EngineError

_LANGUAGE = re.compile(r"\([a-z]{2,3}(?:-[a-z0-9-]+)?\)")
"""espeak-ng's note that a word is of another language, as "(en)" before "Laptop" in German. Its phonemes follow."""
_CLAUSE_END = re.compile(r"[,;:.!?…]$")
_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Phonemes:
    """What the voice's front end reads."""

    ids: list[int]
    """Begin, padding, then every phoneme followed by padding, then end: the layout Piper voices are trained on."""
    word_ends: list[int]
    """For each word, one past the place in `ids` at which it ends."""


def transcribe(text: str, voice: str) -> list[str]:
    """IPA of a text, a line a clause; blocks for about 12 ms. Raises EngineError."""
    command = ["espeak-ng", "-q", "--ipa", "-b", "1", "-v", voice, "--stdin"]
    try:
        # By standard input, so that no text can be taken for an option.
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError("internal", f"espeak-ng: {error}") from error
    # The note is no sound: its letters would be said.
    said = _LANGUAGE.sub("", done.stdout.decode(errors="replace"))
    return [line.strip() for line in said.splitlines() if line.strip()]


def said(words: Sequence[Word]) -> str:
    """Return the text that is to be transcribed."""
    return " ".join(w.said for w in words if w.said)


def assemble(words: Sequence[Word], lines: Sequence[str], table: Mapping[str, int]) -> Phonemes:
    """Number the phonemes and find the words' ends in them.

    espeak-ng breaks lines at marks of punctuation and joins some small words ("of the"), so a clause's words are
    matched one by one where both sides have as many, and in proportion to their letters where not.
    """
    clauses = _clauses(words)
    if len(clauses) != len(lines):
        clauses, lines = [list(range(len(words)))], [" ".join(lines)]
    ids = [table["^"], table["_"]]
    ends = [len(ids)] * len(words)
    for clause, line in zip(clauses, lines, strict=True):
        places = _number(line, table, ids)
        _place(words, clause, line, places, ends)
        mark = words[clause[-1]].said[-1:]
        for symbol in (mark if mark in table and not mark.isalnum() else ",", " "):
            ids += [table[symbol], table["_"]]
    del ids[-2:]  # no space after the last mark
    ids.append(table["$"])
    return Phonemes(ids, [min(end, len(ids)) for end in ends])


def _clauses(words: Sequence[Word]) -> list[list[int]]:
    """Numbers of the words of each clause; words that are not said go with the clause before."""
    clauses: list[list[int]] = [[]]
    for number, word in enumerate(words):
        if clauses[-1] and _CLAUSE_END.search(words[clauses[-1][-1]].said) and word.said:
            clauses.append([])
        clauses[-1].append(number)
    return clauses


def _number(line: str, table: Mapping[str, int], ids: list[int]) -> list[int]:
    """Append a clause's numbers; return for each character of the line where its number ends in `ids`."""
    places = []
    for symbol in line:
        if symbol in table:
            ids += [table[symbol], table["_"]]
        places.append(len(ids))
    return places


def _place(words: Sequence[Word], clause: list[int], line: str, places: list[int], ends: list[int]) -> None:
    counts = [len(words[number].said.split()) for number in clause]
    spoken = [match.end() for match in re.finditer(r"\S+", line)]
    if not spoken:
        return
    if sum(counts) == len(spoken):
        reached = 0
        for number, count in zip(clause, counts, strict=True):
            reached += count
            ends[number] = places[spoken[max(0, reached - 1)] - 1]
        return
    letters = [len(words[number].said) for number in clause]
    total, reached = max(1, sum(letters)), 0
    for number, count in zip(clause, letters, strict=True):
        reached += count
        ends[number] = places[min(len(places) - 1, max(0, round(reached / total * len(places)) - 1))]
