"""Whether the agent is to wait: for a caller who looks for something, or because a machine lets it wait. Pure."""

from parley import languages
from parley.languages.said import clauses, plain


def wants_wait(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller asks the agent to wait, and for nothing else: what else there is tells why."""
    known, asks = languages.get(language).waiting, languages.get(language).questions.words
    found = False
    for clause in clauses(text):
        left = clause
        while left:
            looking = known.looking.begin(left)
            asked = looking or known.asking.begin(left)
            found |= asked is not None
            if looking:
                break
            if why := known.explaining.begin(left):
                # "I need to know when you open" gives no reason to wait: it asks.
                if asks.within(left[why.end() :]):
                    return False
                break
            taken = asked or known.around.begin(left)
            if taken is None:
                return False
            left = left[taken.end() :].strip()
    return found


def is_held(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether a machine says that whoever listens has to wait."""
    return languages.get(language).waiting.queue.within(plain(text))


def is_voicemail(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether a machine says that it takes a message."""
    return languages.get(language).waiting.voicemail.within(plain(text))
