"""Which version of its agent a kept call is run with: the one that its caller had, where two shared the calls. Pure."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from parley.agents import Agent, find
from parley.agents.load import versions
from parley.experiment import choice
from records.sound.timeline import Timeline


class Had(Protocol):
    """What is kept of a call."""

    @property
    def agent(self) -> str:
        """Its name."""

    @property
    def experiment(self) -> str:
        """Of which of its experiments the call was part; empty: of none."""

    @property
    def variant(self) -> str:
        """Which version the caller had in it, `a` or `b`."""


def of(agents: Mapping[str, Agent], told: Had) -> Agent:
    """The version that a call had; the agent as its file has it where that experiment is no more. KeyError: no agent.

    `agents`: by their names.
    """
    agent = agents[told.agent]
    experiment = agent.file.experiment
    same = experiment is not None and experiment.name == told.experiment
    return find(versions([agent]), choice.key_of(told.agent, told.variant if same else "")) or agent


def missing(agents: Mapping[str, Agent], calls: Iterable[Timeline]) -> int:
    """How many calls had the other version in an experiment that is no more."""
    return sum(told.variant == "b" and of(agents, told).variant != "b" for told in calls)
