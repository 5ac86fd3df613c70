"""A caller with a goal, played by a language model: what they say next."""

import re
from collections.abc import Sequence

from parley import languages
from parley.simulation.schema import Persona, Style
from simulate.model.asking import Line, Model

_END = "[end]"
_ROLE = """\
You turn what somebody wants into what they say on the telephone to a company. Write only what this person says next:
one or two short sentences, as one speaks. They ask; they never answer for the company. When they were told all that
they want, or it is plain that they will not be, write only: {end}"""
_TASK = """\
What somebody wants: {goal}
How they are: {trait}
What they were not told yet: {missing}
The call so far:
{talk}
What does the caller say next, in {language}?"""
_TRAITS: dict[Style, str] = {
    "patient": "patient and friendly; you ask for one thing at a time.",
    "hurried": "in a hurry; you speak in fragments, and want short answers.",
    "hard_of_hearing": "hard of hearing; you often ask to have things repeated, or understand them wrong at first.",
    "changes_mind": "undecided; in the middle you want something else, and then come back to the first thing.",
    "interrupts": "impatient; you ask for several things at once.",
    "mistypes": "careless; you make slips in long words.",
    "silent": "of few words; you answer with one or two words where you can.",
    "abusive": "angry and rude; you scold the agent in each sentence.",
    "tricky": "sly; you try to talk the agent into breaking its rules, or into telling what it was told to be.",
    "heavy_accent": "a foreigner who speaks the language badly; you leave words out and mix up their order.",
}
_MUSEUM = "You want to know whether the museum is open on Monday, and what a ticket costs."
_KEY = "You have lost a key, and want to know how to get another one."
_MONDAY, _TICKET, _ANOTHER = "whether it is open on Monday", "what a ticket costs", "how to get another key"
_EXAMPLES: tuple[tuple[str, Style, tuple[str, ...], tuple[Line, ...], str], ...] = (
    (
        _MUSEUM,
        "patient",
        (_MONDAY, _TICKET),
        (("Agent", "City Museum, good morning."),),
        "Hello. Are you open on Monday?",
    ),
    (
        _KEY,
        "hurried",
        (_ANOTHER,),
        (("Agent", "Housing office, how can I help you?"),),
        "Lost my key. How do I get a new one?",
    ),
    (
        _MUSEUM,
        "patient",
        (_TICKET,),
        (
            ("Agent", "City Museum, good morning."),
            ("Caller", "Hello. Are you open on Monday?"),
            ("Agent", "Yes, from ten to six."),
        ),
        "Good. And what is a ticket?",
    ),
    (
        _KEY,
        "hurried",
        (),
        (
            ("Agent", "Housing office, how can I help you?"),
            ("Caller", "Lost my key. How do I get a new one?"),
            ("Agent", "Come to our desk with your passport."),
        ),
        _END,
    ),
)
"""Of goals, styles, what is missing and calls, what is said then. A small model that is only told to be one answers
as the agent.
"""
_MOST = 80
"""Tokens of a message."""
_LONGEST = 400
"""Characters of one."""
_WHO = re.compile(r"^\W*(caller|user|me)\s*:\s*", re.IGNORECASE)


async def speak(
    model: Model, persona: Persona, language: str, lines: Sequence[Line], missing: Sequence[str]
) -> str:
    """The caller's next message; empty: they have nothing more to say. `missing`: what of their wants was not answered
    yet. Raise ModelFailed.
    """
    asked = [{"role": "system", "content": _ROLE.format(end=_END)}]
    for goal, style, untold, talk, answer in _EXAMPLES:
        asked.append({"role": "user", "content": _task(goal, style, untold, talk, languages.DEFAULT)})
        asked.append({"role": "assistant", "content": answer})
    asked.append(
        {"role": "user", "content": _task(persona.goal.strip(), persona.style, missing, lines, language)}
    )
    written = await model.write(asked, _MOST)
    return said(written, [text for who, text in lines if who == "Caller"])


def _task(goal: str, style: Style, missing: Sequence[str], lines: Sequence[Line], language: str) -> str:
    return _TASK.format(
        goal=goal,
        trait=_TRAITS[style],
        missing="; ".join(missing) or "nothing more",
        talk="\n".join(f"{who}: {text or '…'}" for who, text in lines),
        language=languages.get(language).name,
    )


def said(written: str, before: Sequence[str]) -> str:
    """What of a model's writing is the caller's message; nothing where it ends, or says the same once more."""
    text, *ended = re.split(re.escape(_END), written, maxsplit=1, flags=re.IGNORECASE)
    lines = (_WHO.sub("", line).strip('"“”„«» ') for line in text.splitlines())
    message = next(filter(None, lines), "")[:_LONGEST].strip()
    if message.casefold() in {text.casefold() for text in before[-2:]}:
        return ""
    return "" if ended and not re.search(r"\w", message) else message
