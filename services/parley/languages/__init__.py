"""Languages: all that depends on the words that callers and agents use, a file each. Modules ask here for "the
goodbyes of this call's language", and never know which language that is; no module elsewhere has words of its own.
"""

from parley.languages.lines import PLACEHOLDERS, LineName, TextName
from parley.languages.load import DEFAULT, codes, every, get
from parley.languages.schema import Language
from parley.languages.types import Phrases, Words

__all__ = [
    "DEFAULT",
    "PLACEHOLDERS",
    "Language",
    "LineName",
    "Phrases",
    "TextName",
    "Words",
    "codes",
    "every",
    "get",
]
