"""Words that mean "go on": what listeners say without wanting the turn (Yngve 1970, On getting a word in edgewise)."""

import re

_WORDS = frozenset(
    """
    ah aha alright cool fine good great hm hmm hmmm huh mhm mhmm mm mmm mmhmm oh ok okay okey
    really right sure uh uhhuh uhuh um wow yeah yep yes yup
    """.split()  # noqa: SIM905  # thirty quoted words are harder to read
)
_PHRASES = frozenset(
    (
        "got it",
        "i see",
        "all right",
        "thank you",
        "thanks",
        "of course",
        "sounds good",
        "makes sense",
        "go on",
    )
)
_LONGEST = 4
"""More words than that want the turn, whatever they are."""


def is_backchannel(text: str) -> bool:
    """Whether the caller's words only acknowledge the agent's; nothing at all, or noises, do as well."""
    # "uh-huh" and "mm-hmm" are one word; other punctuation parts words.
    words = re.sub(r"[^\w\s]", " ", text.lower().replace("-", "").replace("'", "")).split()
    if len(words) > _LONGEST:
        return False
    return " ".join(words) in _PHRASES or all(word in _WORDS for word in words)
