"""Whether the agent is to wait: a caller who looks for something, or a machine that lets it wait. Pure."""

from parley.callers.words import DEFAULT, begins, clauses, plain, words_of


def wants_wait(text: str, language: str = DEFAULT) -> bool:
    """Whether the caller asks the agent to wait, and for nothing else: what else there is tells why."""
    words = words_of(language)
    found = False
    for clause in clauses(text):
        left = clause
        while left:
            asked = begins(left, words.looking) or begins(left, words.waiting)
            found |= bool(asked)
            if asked in words.looking or begins(left, words.fetching):
                break
            taken = asked or begins(left, words.around)
            if not taken:
                return False
            left = left[len(taken) :].strip()
    return found


def is_held(text: str, language: str = DEFAULT) -> bool:
    """Whether a machine says that whoever listens has to wait."""
    return _has(text, words_of(language).holding)


def is_voicemail(text: str, language: str = DEFAULT) -> bool:
    """Whether a machine says that it takes a message."""
    return _has(text, words_of(language).voicemail)


def _has(text: str, phrases: tuple[str, ...]) -> bool:
    said = f" {plain(text)} "
    return any(f" {phrase} " in said for phrase in phrases)
