"""A stack of Compose's configuration, which is on stdin.

`python -m deploy.swarm secrets` lists the operator's files that are secrets in it, as lines "name<TAB>path".
`python -m deploy.swarm stack FOLDER ROOT` makes the stack: FOLDER has the contents of those files in `given`, and
lines "name<TAB>id" of images in `images`; it gets `stack.json`, `secrets`, and the lists `worker-images` and
`worker-files` of what machines for workers need.
"""

import argparse
import json
import sys
from pathlib import Path

from deploy.swarm.stack import Given, UnfitError, translate


def read(folder: Path, root: str, registry: str) -> Given:
    """What was put into the folder."""
    lines = (folder / "images").read_text().splitlines()
    images = dict(line.split("\t") for line in lines)
    files = {path.name: path.read_bytes() for path in (folder / "given").iterdir()}
    return Given(root, files, images, registry)


def main() -> int:
    """Read the command line, and go."""
    parser = argparse.ArgumentParser(prog="python -m deploy.swarm", description="A stack for Swarm.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("secrets", help="list the files that are secrets")
    making = commands.add_parser("stack", help="make a stack")
    making.add_argument("folder", type=Path)
    making.add_argument("root", help="the repository's folder on the machines")
    making.add_argument("--registry", default="", help="what the names of Parley's images begin with")
    arguments = parser.parse_args()
    config = json.load(sys.stdin)
    if arguments.command == "secrets":
        for name, each in (config.get("secrets") or {}).items():
            print(f"{name}\t{each['file']}")
        return 0
    folder = arguments.folder
    try:
        stack = translate(config, read(folder, arguments.root, arguments.registry))
    except UnfitError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    (folder / "stack.json").write_text(json.dumps(stack.document, indent=1))
    (folder / "secrets").mkdir()
    for name, content in stack.secrets.items():
        (folder / "secrets" / name).write_bytes(content)
    (folder / "worker-images").write_text("".join(f"{image}\n" for image in stack.worker_images()))
    (folder / "worker-files").write_text("".join(f"{path}\n" for path in stack.worker_files()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
