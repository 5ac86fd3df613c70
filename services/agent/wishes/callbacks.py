"""Whether the caller asks to be called back. Decided by the shape of their words, clause by clause. Pure.

"Can you call me back?" does, and "Call me back tomorrow at ten"; "Why didn't you call me back?" asks for something
else.
"""

from parley import languages
from parley.agents import Agent
from parley.languages.said import clauses


def asks(agent: Agent, text: str) -> bool:
    """Whether the caller asks an agent for that, some of whose people call back."""
    calls_back = any(target.callback for target in agent.file.targets.values())
    return calls_back and wants_callback(text, agent.file.language)


def wants_callback(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller asks for that, in the language of that code."""
    known = languages.get(language).callback
    return any(known.asking.within(clause) and not known.unless.within(clause) for clause in clauses(text))
