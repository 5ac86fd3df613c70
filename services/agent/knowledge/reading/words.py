"""Words of all languages together: a document is read before it is known in which language it is."""

from functools import cache

from parley import languages
from parley.languages import Phrases


@cache
def of_any(field: str) -> Phrases:
    """The phrases of one field of the languages' `files`, whatever the language."""
    every = (phrase for known in languages.every() for phrase in getattr(known.files, field).phrases)
    return Phrases(tuple(dict.fromkeys(every)))
