"""The JSON Schema for editors."""

import json
from pathlib import Path

from parley.agents.json_schema import json_schema

ROOT = Path(__file__).parents[3]


def test_the_file_in_the_repository_is_current() -> None:
    written = (ROOT / "agents/agent.schema.json").read_text(encoding="utf-8")
    assert written == json_schema(), "write it anew: make agent-schema"


def test_fields_are_described() -> None:
    document = json.loads(json_schema())
    fields = document["$defs"]["AgentFile"]["properties"]
    assert fields["greeting"]["description"] == "Spoken when the call is answered."
    assert all("description" in field for field in fields.values())


def test_the_samples_name_it() -> None:
    for path in (ROOT / "agents").glob("*/agent.yaml"):
        assert path.read_text(encoding="utf-8").startswith(
            "# yaml-language-server: $schema=../agent.schema.json\n"
        )
