"""`python -m sbom write`: an inventory on stdin becomes a list of components on stdout. `... changes BEFORE AFTER`."""

import argparse
import json
import os
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from models.catalogue import MODELS
from models.store import Store
from sbom import inventory, locks
from sbom.changes import changes
from sbom.document import document

ROOT = Path(__file__).parents[1]


def write(models: Path) -> None:
    """Print the list of what the inventory has, and of the models that are in their folder."""
    store = Store(models)
    found = document(
        inventory.parse(sys.stdin),
        [model for model in MODELS if store.has_all(model)],
        locks.read(ROOT / "requirements"),
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
        datetime.now(UTC),
    )
    json.dump(found, sys.stdout, indent=1)
    print()


def main() -> int:
    """Read the command line, and go."""
    parser = argparse.ArgumentParser(prog="python -m sbom", description="The components of all images.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write", help="an inventory on stdin becomes CycloneDX JSON on stdout")
    comparing = commands.add_parser("changes", help="say what changed from one list to another")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "write":
            write(Path(os.environ.get("MODELS_DIR") or "/models"))
        else:
            print(
                "\n".join(changes(*(json.loads(f.read_text()) for f in (arguments.before, arguments.after))))
            )
    except ValueError as error:
        print(f"sbom: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
