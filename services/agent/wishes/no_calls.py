"""Whether the caller asks never to be called again. Decided by the shape of their words, clause by clause. Pure.

"Please don't call me again" does, "Don't call me again before nine" asks for less, and "Why don't you call me anymore?"
for the opposite.
"""

import re
from functools import cache

from parley import languages
from parley.languages.said import clauses
from parley.languages.wishes import NoCalls


def wants_no_calls(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller asks for that, in the language of that code."""
    known, in_parts = languages.get(language).no_calls, _in_parts(language)
    return any(
        (known.whole.within(clause) or in_parts.search(clause)) and not known.unless.within(clause)
        for clause in clauses(text)
    )


@cache
def _in_parts(language: str) -> re.Pattern[str]:
    known: NoCalls = languages.get(language).no_calls
    parts = r"\s+".join(part.pattern for part in (known.first, known.second, known.third))
    return re.compile(rf"(?<!\w){parts}(?!\w)")
