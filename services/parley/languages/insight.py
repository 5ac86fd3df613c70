"""Fields of a language's file about what callers' words tell of a call once it is over."""

from parley.languages.types import Phrases, Section


class Insight(Section, frozen=True, kw_only=True):
    """What is looked for in callers' lines."""

    person: Phrases
    """With these a person is asked for."""
    again: Phrases
    """With these somebody says that they have asked before, or were not understood."""
    glad: Phrases
    """What callers say who are pleased; thanks alone are no sign of it."""
    cross: Phrases
    """What they say who are not."""
