"""A persona in one conversation: what it says next by its rules, or as a model makes it up, and how long that took."""

import time
from collections.abc import Sequence

from parley.agents import Agent
from parley.simulation.load import Case
from parley.simulation.schema import Persona
from simulate.model import actor
from simulate.model.asking import Line, Model
from simulate.personas import Caller, Messages


async def first_words(case: Case, agent: Agent, model: Model | None) -> str:
    """What a caller whom a model plays says first: written before anybody is called, as people know what they want.

    Empty: rules play them. Raise ModelFailed.
    """
    persona = case.what
    if not isinstance(persona, Persona) or not persona.goal or model is None:
        return ""
    greeting = agent.in_language(case.language).file.greeting
    missing = [want.ask[0] for want in persona.wants] or [persona.goal]
    return await actor.speak(model, persona, case.language, [("Agent", greeting)], missing)


class Player:
    """One persona."""

    def __init__(self, persona: Persona, language: str, model: Model | None, first: str = "") -> None:
        """`first`: its first words, where those are written already."""
        self.caller = Caller(persona, language)
        self._persona, self._model, self._first = persona, model, first
        self.thought_s = 0.0
        """How long its model took to write what was said last."""

    async def next(self, language: str, lines: Sequence[Line]) -> Messages:
        """What it says now, in this language and after these lines; nothing once it is gone. Raise ModelFailed."""
        self.thought_s = 0.0
        caller, persona = self.caller, self._persona
        if not persona.goal or self._model is None:
            return caller.next()
        if caller.gone:
            return ()
        if own := caller.own():
            return own
        if persona.wants and not caller.missing:
            return caller.leave()
        text, self._first = self._first, ""
        if not text:
            began = time.monotonic()
            missing = [want.ask[0] for want in caller.missing_by_turn]
            text = await actor.speak(self._model, persona, language, lines, missing or [persona.goal])
            self.thought_s = time.monotonic() - began
        # A small model gives up early: what is still missing is asked for as the rules have it.
        return caller.played(text) if text else caller.next()
