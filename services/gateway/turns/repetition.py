"""Whether it is a machine that speaks: an announcement in a loop, or another agent. Pure.

People repeat themselves, too, when they are not understood: they find other words, and give up after a few times.
"""

from difflib import SequenceMatcher

from parley.languages.said import plain

REMEMBERED = 30
"""Turns that are looked at: two agents that talk to each other come round often enough within that."""
WAITS_AFTER = 3
"""So often something is answered; said once more it is not."""
LEAVES_AFTER = 5
"""Said more often than that, it is taken leave of."""
_FEWEST_WORDS = 4
"""Short answers are given again and again."""
_LIKENESS = 0.9
"""A recogniser does not hear the same words the same way each time: more than so many of them are the same. By
words, not by letters: "on Monday" and "on Sunday" are two questions."""


def times_said(text: str, earlier: tuple[str, ...]) -> int:
    """How often what was said `earlier` was this text, or as good as; 0 for a few words."""
    said = plain(text).split()
    if len(said) < _FEWEST_WORDS:
        return 0
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(said)
    times = 0
    for other in earlier:
        matcher.set_seq1(plain(other).split())
        times += matcher.quick_ratio() > _LIKENESS and matcher.ratio() > _LIKENESS
    return times
