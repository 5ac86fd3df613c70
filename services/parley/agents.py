"""Agents as folders: `agents/<name>/agent.yaml` and `agents/<name>/knowledge/*.md`.

`python -m parley.agents [DIR]` checks every agent and names file and field of each error.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

from parley.errors import AgentFileError

Extension = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#+]{1,32}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=600)]


class AgentFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of agent.yaml."""

    company: Line
    """What the agent answers for."""
    extensions: Annotated[tuple[Extension, ...], msgspec.Meta(min_length=1)]
    """Numbers that are answered: internal extensions and DIDs."""
    greeting: Line
    """Spoken when the call is answered."""
    persona: Annotated[str, msgspec.Meta(min_length=1)]
    """Who the agent is and how it talks; the head of the prompt."""
    farewell: Line = "Thank you for calling. Goodbye!"
    """Spoken before the agent hangs up."""
    apology: Line = "I am sorry, something went wrong. Could you say that again?"
    """Spoken when no answer could be made."""
    prompt: Line = "Are you still there?"
    """Spoken to a caller who has been silent for long."""
    filler: Line = "One moment, please."
    """Spoken when an answer takes long."""
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")] = "en"
    """ISO 639-1 code of what is spoken."""
    voice: str = "en_US-joe-medium"
    """Name of the voice on the models volume."""
    vocabulary: tuple[str, ...] = ()
    """Words that callers are likely to say and a recogniser is likely to miss."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent, ready to use."""

    name: str
    """The folder's name."""
    file: AgentFile
    knowledge: str
    """The Markdown of its knowledge folder, files in the order of their names."""


def load_agent(folder: Path) -> Agent:
    """Load one agent's folder; raise AgentFileError naming file, line and field."""
    path = folder / "agent.yaml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = msgspec.convert(raw, AgentFile)
    except OSError as error:
        raise AgentFileError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise AgentFileError(path, f"not UTF-8: {error.reason}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise AgentFileError(path, f"not YAML: {error.problem}", line=line) from error
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `$.")
        field = field.rstrip("`")
        raise AgentFileError(path, reason, field, _line_of(path, field)) from error
    except (yaml.YAMLError, ValueError) as error:  # a forbidden character; a date that is none
        raise AgentFileError(path, f"not YAML: {error}") from error
    return Agent(name=folder.name, file=file, knowledge=_knowledge(folder / "knowledge"))


def _line_of(path: Path, field: str) -> int | None:
    """Line on which a top-level field stands, from 1."""
    name = re.split(r"[.\[]", field, maxsplit=1)[0]
    if not name:
        return None
    root = yaml.compose(path.read_text(encoding="utf-8"))
    if not isinstance(root, yaml.MappingNode):
        return None
    lines = {key.value: key.start_mark.line + 1 for key, _ in root.value}
    return lines.get(name)


def _knowledge(folder: Path) -> str:
    try:
        return "\n\n".join(file.read_text(encoding="utf-8").strip() for file in sorted(folder.glob("*.md")))
    except (OSError, UnicodeDecodeError) as error:
        raise AgentFileError(folder, f"cannot be read: {error}") from error


def load_agents(root: Path) -> tuple[dict[str, Agent], list[AgentFileError]]:
    """All agents under `root` that are good, by name, and what is wrong with the others.

    Two agents with one extension are an error of the later one: a call must have one answer.
    """
    agents: dict[str, Agent] = {}
    errors: list[AgentFileError] = []
    folders = sorted(p for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
    if not folders:
        errors.append(AgentFileError(root, "there is no agent here"))
    for folder in folders:
        try:
            agent = load_agent(folder)
            _check_extensions(agent, agents.values(), folder / "agent.yaml")
            agents[agent.name] = agent
        except AgentFileError as error:
            errors.append(error)
    return agents, errors


def _check_extensions(agent: Agent, others: Iterable[Agent], path: Path) -> None:
    for other in others:
        for extension in set(agent.file.extensions) & set(other.file.extensions):
            raise AgentFileError(
                path,
                f"{extension} is already answered by {other.name}",
                "extensions",
                _line_of(path, "extensions"),
            )


def by_extension(agents: Mapping[str, Agent], extension: str) -> Agent | None:
    """Return the agent that answers `extension`."""
    return next((a for a in agents.values() if extension in a.file.extensions), None)


def main(argv: list[str]) -> int:
    """Check the agents in a folder; print every error and return how many there are, at most 1."""
    agents, errors = load_agents(Path(argv[1] if len(argv) > 1 else "agents"))
    for error in errors:
        print(error, file=sys.stderr)
    for agent in agents.values():
        print(f"{agent.name}: {agent.file.company}, answers {', '.join(agent.file.extensions)}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
