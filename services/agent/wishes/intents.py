"""What the caller's words ask for beyond an answer. Decided by their shape, not by a model: a wrong guess hangs up.

A farewell is one when nothing else is said in its clause: "No thanks, that's all, goodbye" is, "Do you sell the Goodbye
Bear?" and "She said goodbye" are not.
"""

import re

_BYES = (
    "bye bye", "bye now", "bye", "goodbye", "good bye", "good night", "goodnight", "farewell", "so long", "ciao",
    "auf wiederhören", "auf wiedersehen", "tschüss", "tschüs", "bis dann", "legen sie auf",
    "see you", "see ya", "hang up", "end the call", "end this call", "disconnect the call", "disconnect",
)  # fmt: skip
# "That's all" ends a call only together with thanks or a no.
_CLOSERS = (
    "that's all", "that is all", "that'll be all", "that will be all", "that would be all", "that was all",
    "nothing else", "nothing more", "i'm all set", "i am all set", "that's everything", "that's it",
)  # fmt: skip
_THANKS = (
    "thank you so much", "thank you very much", "thank you", "thanks a lot", "thanks so much", "thanks", "cheers",
    "much appreciated", "i appreciate it", "appreciate it", "vielen dank", "danke schön", "danke",
)  # fmt: skip
_NOES = ("no thank you", "no thanks", "nope", "no")
_FILLERS = (
    "for all your help", "for your help", "for the help", "for helping me", "for helping", "for your time",
    "for the information", "for the info", "for calling", "for now", "for today", "for everything",
    "have a nice day", "have a good day", "have a great day", "have a nice evening", "have a good evening",
    "have a good one", "have a nice weekend", "have a great weekend", "have a good weekend", "you too", "same to you",
    "für ihre hilfe", "für die hilfe", "für die auskunft", "einen schönen tag noch", "schönen tag noch",
    "einen schönen tag", "das war alles", "das wars", "ihnen auch", "gut", "dann", "also", "ja", "bitte",
    "talk to you later", "talk to you soon", "see you later", "see you soon", "see you then", "see you tomorrow",
    "take care", "i have to go now", "i have to go", "i've got to go", "i got to go", "i gotta go", "i need to go",
    "i'm done", "i am done", "we're done", "i'm good", "i don't need anything else", "i don't need anything more",
    "i need", "i wanted to know", "i wanted", "i needed", "can you", "could you", "would you", "will you",
    "you can", "you may", "you could", "i want to", "i'd like to", "let's", "please", "just", "now", "then",
    "okay", "ok", "alright", "all right", "right", "great", "perfect", "fine", "good", "lovely", "wonderful",
    "excellent", "awesome", "super", "cool", "yes", "yeah", "yep", "sure", "well", "so", "and", "oh", "um", "uh",
    "again", "sir", "madam", "everyone", "the phone", "the call", "with me", "on me", "anyway",
)  # fmt: skip
_QUESTION = re.compile(
    r"^(?:what|how|when|where|why|who|which|whose|do|does|did|is|are|was|were|have you|has|can i|could i|may i"
    r"|should)\b"
)
_BACK = re.compile(
    r"\b(?:never mind|nevermind|forget it|forget about it|doesn't matter|does not matter|leave it|schon gut"
    r"|vergessen sie es|egal|hat sich erledigt)\b"
)
_REPORTED = re.compile(r"\b(?:say|says|said|saying|called|named|titled|sing|sings|word|don't|do not|never)$")


def is_goodbye(text: str) -> bool:
    """Whether the caller takes leave or asks to hang up, and asks for nothing else."""
    clauses = [c for c in (_plain(c) for c in re.split(r"[,;:.!?…—–]+", text)) if c]
    if not clauses:
        return False
    if clauses in (["by"], ["by by"], ["buy buy"]):  # what a recogniser makes of a short "bye"
        return True
    if _leaves(clauses) or _changes_mind(clauses):
        return True
    return _ends_with_bye(text, clauses)


def _plain(clause: str) -> str:
    words = clause.lower().replace("’", "'").replace("-", " ")
    return " ".join(re.sub(r"[^a-zäöüß' ]", " ", words).split())


def _strip(clause: str, *phrases: tuple[str, ...]) -> tuple[str, set[int]]:
    """What is left of a clause without the phrases, and which of the groups were found in it."""
    found: set[int] = set()
    pairs = sorted(((p, i) for i, group in enumerate(phrases) for p in group), key=lambda p: -len(p[0]))
    for phrase, group in pairs:
        clause, count = re.subn(rf"(?<![\w']){re.escape(phrase)}(?![\w'])", "|", clause)
        if count:
            found.add(group)
    return clause.replace("|", " ").strip(), found


def _leaves(clauses: list[str]) -> bool:
    """Nothing but taking leave in all that was said."""
    found: set[int] = set()
    for clause in clauses:
        if _QUESTION.match(clause):
            return False
        rest, groups = _strip(clause, _BYES, _CLOSERS, _THANKS, _NOES, _FILLERS)
        if rest:
            return False
        found |= groups
    return 0 in found or (1 in found and bool(found & {2, 3}))


def _changes_mind(clauses: list[str]) -> bool:
    """Whatever came first is taken back before the leave ("How much is, never mind, goodbye"): the newest counts."""
    back = [number for number, clause in enumerate(clauses) if _BACK.search(clause)]
    if not back:
        return False
    tail = [rest for clause in clauses[back[-1] :] if (rest := _BACK.sub("", clause).strip())]
    return bool(tail) and _leaves(tail)


def _ends_with_bye(text: str, clauses: list[str]) -> bool:
    """Something else first ("I will think about it. Bye!"), but no question and nobody else's words."""
    *before, last = clauses
    if not before or "?" in text or any(_QUESTION.match(c) for c in before) or _REPORTED.search(before[-1]):
        return False
    rest, groups = _strip(last, _BYES, _THANKS, _FILLERS)
    return not rest and 0 in groups
