"""Agents as folders: `agents/<name>/agent.yaml` and `agents/<name>/knowledge/`."""

from parley.agents.actions import Action, parse_action
from parley.agents.agent import Agent
from parley.agents.load import by_extension, find, load_agent, load_agents, missing, names
from parley.agents.schema import AgentFile

__all__ = [
    "Action",
    "Agent",
    "AgentFile",
    "by_extension",
    "find",
    "load_agent",
    "load_agents",
    "missing",
    "names",
    "parse_action",
]
