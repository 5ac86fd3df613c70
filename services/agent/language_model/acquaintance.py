"""What the company knows of a caller, by the `lookup` of agent.yaml: in answers, beside questions, and for people."""

from collections.abc import Mapping, Sequence

from agent.knowledge.library import Found
from agent.language_model.prompt import as_facts, known_in, notes_in
from parley.agents import Agent
from parley.outside.dialling import filled_whole


def told(found: Found, agent: Agent, history: Sequence[Mapping[str, str]]) -> Found:
    """What was found, with what the company has told in this call: notes, and what is known of the caller."""
    known = known_in(history)
    told = found.noted((*notes_in(history), *as_facts(known)))
    return told if agent.file.lookup is None else told.filled({**agent.file.lookup.fields, **known})


def introduced(agent: Agent, history: Sequence[Mapping[str, str]]) -> str:
    """What a person is told of who calls; empty: nothing."""
    lookup, known = agent.file.lookup, known_in(history)
    return filled_whole(lookup.person, known) if lookup and lookup.person and known else ""
