"""A caller with a goal, played by a language model: what they say next."""

import re
from collections.abc import Sequence

from parley import languages
from parley.simulation.schema import Persona, Style
from simulate.model.asking import Line, Model

_END = "[end]"
_ROLE = """\
You play a person who calls a company. The user is the company's agent; you are the caller, never the agent.
What you want: {goal}
How you are: {trait}
Write only what you say next: one or two short sentences in {language}, as one speaks. No quotation marks, no comments.
When the agent has told you what you want, or it is plain that you will not get it, write only: {end}"""
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
_MOST = 80
"""Tokens of a message."""
_LONGEST = 400
"""Characters of one."""
_WHO = re.compile(r"^\W*(caller|user|me)\s*:\s*", re.IGNORECASE)


async def speak(model: Model, persona: Persona, language: str, lines: Sequence[Line]) -> str:
    """The caller's next message; empty: they have nothing more to say. Raise ModelFailed."""
    system = _ROLE.format(
        goal=persona.goal.strip(),
        trait=_TRAITS[persona.style],
        language=languages.get(language).name,
        end=_END,
    )
    # Whoever plays the caller answers the agent: to the model it is the other way round.
    talk = [
        {"role": "assistant" if who == "Caller" else "user", "content": text or "…"} for who, text in lines
    ]
    written = await model.write([{"role": "system", "content": system}, *talk], _MOST)
    return said(written, [text for who, text in lines if who == "Caller"])


def said(written: str, before: Sequence[str]) -> str:
    """What of a model's writing is the caller's message; nothing where it ends, or says the same once more."""
    text, end, _ = written.partition(_END)
    first = next((line for line in text.splitlines() if line.strip()), "")
    message = _WHO.sub("", first).strip('"“”„«» ')[:_LONGEST].strip()
    if message.casefold() in {text.casefold() for text in before[-2:]}:
        return ""
    return "" if end and not re.search(r"\w", message) else message
