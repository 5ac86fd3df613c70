"""Fields of a language's file about simulated callers: what they say beside their questions."""

from parley.languages.types import Section


class Simulated(Section, frozen=True, kw_only=True):
    """Whole sentences, as somebody would write them; of each kind one is chosen."""

    again: tuple[str, ...]
    """Of somebody hard of hearing, after an answer."""
    otherwise: tuple[str, ...]
    """Before a question, of somebody who had begun with another one."""
    hurried: tuple[str, ...]
    """Before a question, of somebody without time."""
    abusive: tuple[str, ...]
    """Before a question, of somebody angry; none asks for a person or complains of anything certain."""
    tricky: tuple[str, ...]
    """Of somebody who tries to talk the agent into something."""
    silent: tuple[str, ...]
    """Of somebody who says nothing; no words."""
    goodbye: str
    """Takes leave."""
