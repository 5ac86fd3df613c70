"""What a text needs of what stands above it: told by signs that several languages share, not by their grammar."""

import re
from collections.abc import Sequence

from agent.knowledge.reading.blocks import has_digit, is_sentence
from agent.knowledge.reading.words import of_any

_FRAGMENT_WORDS = 4
"""Most words of a line without an end that is no sentence."""
_TINY_WORDS = 2
DEPENDENT = re.compile(rf"^{of_any('back').pattern}(?![\w'’-])", re.IGNORECASE)
"""How a sentence begins that speaks of what was said before."""
_VALUE = re.compile(
    rf"^(?:{of_any('about').pattern}\s+)*[€$£¥]?\s?\d[\d.,:\s–-]*"
    rf"(?:[€$£¥%]|EUR|USD|CHF|GBP|{of_any('money').pattern}|{of_any('hour').pattern}|h|min\.?|[ap]\.?m\.?)?"
    rf"(?:\s*(?:{of_any('each').pattern}|/\s?\w+))?$",
    re.IGNORECASE,
)
_LABEL_END = re.compile(r"[\s:.,;!–-]+$")


def is_value(text: str) -> bool:
    """Whether a text is a number with its unit, and nothing else."""
    return bool(_VALUE.match(text))


def paired_values(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Names and values that take turns; nothing for other texts."""
    names, values = texts[::2], texts[1::2]
    if len(names) != len(values) or any(map(is_value, names)) or not all(map(is_value, values)):
        return []
    return list(zip(names, values, strict=True))


def is_fragment(text: str) -> bool:
    """Whether a text is a few words, and no sentence."""
    words = len(text.split())
    return words <= _TINY_WORDS or (words <= _FRAGMENT_WORDS and not is_sentence(text))


def is_bare_word(text: str) -> bool:
    """Whether it is a fragment that only means something in a row of its like: "Cash", "Monday"."""
    return is_fragment(text) and not has_digit(text) and ":" not in text and not is_sentence(text)


def needs_label(text: str) -> bool:
    """Whether a text says too little without what stands above it."""
    return is_value(text) or is_fragment(text) or bool(DEPENDENT.match(text))


def labelled(label: str, text: str) -> str:
    """The text with what it is about before it; unchanged where that stands in it already."""
    label = _LABEL_END.sub("", label)
    label = label.capitalize() if label.isupper() and " " in label else label
    words = set(re.findall(r"\w{3,}", label.lower()))
    if not label or (words and words <= set(re.findall(r"\w{3,}", text.lower()))):
        return text
    return f"{label}, {text}" if ": " in text else f"{label}: {text}"
