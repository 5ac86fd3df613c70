"""`python -m parley.agents [DIR]` checks every agent there; `--schema` instead prints the JSON Schema of agent.yaml."""

import sys
from pathlib import Path

from parley.agents.json_schema import json_schema
from parley.agents.load import load_agents


def main(argv: list[str]) -> int:
    """Check the agents in a folder; print every error and return how many there are, at most 1."""
    if argv[1:] == ["--schema"]:
        print(json_schema(), end="")
        return 0
    agents, errors = load_agents(Path(argv[1] if len(argv) > 1 else "agents"))
    for error in errors:
        print(error, file=sys.stderr)
    for agent in agents.values():
        print(f"{agent.name}: {agent.file.company}, answers {', '.join(agent.file.extensions)}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
