"""What the caller's words ask for beyond an answer. Decided by their shape, not by a model: a wrong guess hangs up.

A farewell is one when nothing else is said in its clause: "No thanks, that's all, goodbye" is, "Do you sell the Goodbye
Bear?" and "She said goodbye" are not.
"""

import re
from functools import cache

from parley import languages
from parley.languages import Phrases
from parley.languages.said import only, plain, sentences
from parley.languages.schema import Questions
from parley.languages.wishes import Goodbye


def is_goodbye(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller takes leave or asks to hang up, and asks for nothing else; in the language of that code."""
    clauses = _clauses(text)
    known, questions = languages.get(language).goodbye, languages.get(language).questions
    if len(clauses) == 1 and known.misheard.are(clauses[0]) and "?" not in text:
        return True
    if not clauses or any(known.stays.within(clause) for clause in clauses):
        return False
    return (
        _leaves(clauses, known, questions, asked="?" in text)
        or _changes_mind(clauses, known, questions)
        or _ends_with_bye(text, clauses, known, questions)
    )


def may_be_goodbye(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether that may be meant, and nothing else is said: "That's it.", "Disconnect?", in Italian "Ciao!"."""
    clauses = _clauses(text)
    known, questions = languages.get(language).goodbye, languages.get(language).questions
    if not clauses or any(known.stays.within(clause) for clause in clauses):
        return False
    misheard = len(clauses) == 1 and known.misheard.are(clauses[0])
    return misheard or bool((_parts(clauses, known, questions) or set()) & {_BYE, _CLOSER})


def wants_no_more(text: str, offer: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller leaves who was asked whether there is more; `offer` is what the agent said last."""
    known = languages.get(language)
    if not is_offer(offer, language):
        return False
    clauses = _clauses(text)
    parts = _parts(clauses, known.goodbye, known.questions) or set()
    misheard = len(clauses) == 1 and known.goodbye.misheard_noes.are(clauses[0])
    return misheard or may_be_goodbye(text, language) or only(plain(text), known.no) or _NO in parts


def is_offer(said: str, language: str = languages.DEFAULT) -> bool:
    """Whether the agent's words end with the question whether there is more that it can do."""
    last = sentences(said)[-1]
    return last.endswith("?") and languages.get(language).goodbye.offers.within(last)


def before_goodbye(text: str, language: str = languages.DEFAULT) -> str:
    """What is asked before leave is taken of the agent; empty when there is no question, or no leave.

    A question and a goodbye come together when the caller has not waited for the answer.
    """
    known = languages.get(language)
    parts = re.findall(r"[^.!?…]+[.!?…]*", text)
    for count in range(1, len(parts)):
        head, tail = "".join(parts[:count]).strip(), "".join(parts[count:])
        asks = "?" in parts[count - 1] or any(
            _asks(_plain(c), known.goodbye, known.questions) for c in re.split("[,;:.!]", head)
        )
        if asks and is_goodbye(tail, language):
            return head
    return ""


def _plain(clause: str) -> str:
    words = clause.lower().replace("’", "'").replace("-", " ")
    return " ".join(re.sub(r"[^\w' ]|[\d_]", " ", words).split())


def _strip(clause: str, *groups: Phrases) -> tuple[str, set[int]]:
    """What is left of a clause without the phrases, and which of the groups were found in it."""
    found: set[int] = set()
    for pattern, group in _longest_first(groups):
        clause, count = pattern.subn("|", clause)
        if count:
            found.add(group)
    return clause.replace("|", " ").strip(), found


@cache
def _longest_first(groups: tuple[Phrases, ...]) -> list[tuple[re.Pattern[str], int]]:
    """Every phrase with the number of its group: "thank you" must leave nothing of "no thank you"."""
    pairs = sorted(
        ((p, n) for n, group in enumerate(groups) for p in group.phrases), key=lambda p: -len(p[0])
    )
    return [
        (re.compile(rf"(?<![\w']){re.escape(_plain(phrase))}(?![\w'])"), group) for phrase, group in pairs
    ]


def _asks(clause: str, known: Goodbye, questions: Questions) -> bool:
    begun = questions.words.begin(clause) or known.questions.begin(clause)
    wish = known.around.begin(clause)  # "Vous avez été très aimable" asks nothing
    return begun is not None and (wish is None or wish.end() <= begun.end())


def _clauses(text: str) -> list[str]:
    return [c for c in (_plain(c) for c in re.split(r"[,;:.!?¿¡…—–]+", text)) if c]


_BYE, _CLOSER, _THANKS, _NO = range(4)
"""Groups of what may be said when leave is taken."""


def _parts(clauses: list[str], known: Goodbye, questions: Questions) -> set[int] | None:
    """Of what all that was said is made, when nothing else is in it; None when there is, or when something is asked."""
    found: set[int] = set()
    for clause in clauses:
        if _asks(clause, known, questions):
            return None
        rest, groups = _strip(clause, known.byes, known.closers, known.thanks, known.noes, known.around)
        if rest:
            return None
        found |= groups
    return found


def _leaves(clauses: list[str], known: Goodbye, questions: Questions, *, asked: bool = False) -> bool:
    """Nothing but taking leave in all that was said; `asked`: with a question mark, as in "Goodbye?"."""
    found = _parts(clauses, known, questions)
    if found is None:
        return False
    if asked and not found & {_THANKS, _NO} and not any(known.requests.within(c) for c in clauses):
        return False
    return _BYE in found or (_CLOSER in found and bool(found & {_THANKS, _NO}))


def _changes_mind(clauses: list[str], known: Goodbye, questions: Questions) -> bool:
    """Whatever came first is taken back before the leave ("How much is, never mind, goodbye"): the newest counts."""
    back = [number for number, clause in enumerate(clauses) if known.back.within(clause)]
    if not back:
        return False
    tail = [rest for clause in clauses[back[-1] :] if (rest := known.back.left_out(clause).strip())]
    return bool(tail) and _leaves(tail, known, questions)


def _ends_with_bye(text: str, clauses: list[str], known: Goodbye, questions: Questions) -> bool:
    """Something else first ("I will think about it. Bye!"), but no question and nobody else's words."""
    *before, last = clauses
    if not before or "?" in text or any(_asks(c, known, questions) for c in before):
        return False
    if known.reported.end(before[-1]):
        return False
    rest, groups = _strip(last, known.byes, known.thanks, known.around)
    return not rest and _BYE in groups
