"""`python -m records.experiment AGENT [NAME]`: prints how the two versions of an agent do, of its newest experiment or
the one that is named."""

import argparse
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from parley.service import carry_out
from records.experiment.gather import experiments, gather
from records.experiment.table import table
from records.query import Query
from records.settings import RecordsSettings
from records.store import Store


def main(argv: Sequence[str]) -> int:
    """Compare; return the exit status, as parley.service.carry_out does."""
    parser = argparse.ArgumentParser(prog="experiment", description="The two versions of an agent, compared.")
    parser.add_argument("agent", help="its name")
    parser.add_argument("name", nargs="?", default="", help="the experiment's; otherwise the newest")
    asked = parser.parse_args(argv)
    return carry_out("experiment", RecordsSettings, lambda settings: show(settings, asked.agent, asked.name))


def show(settings: RecordsSettings, agent: str, name: str) -> None:
    """Print the comparison; ValueError says why there is none."""
    try:
        with closing(Store.reading(Path(settings.records_dir))) as store:
            names = [experiment for _, experiment in experiments(store, Query(agent=agent, over=None))]
            if not names or (name and name not in names):
                known = f", only of {', '.join(names)}" if names else ""
                raise ValueError(f"no call of {agent} was part of an experiment {name}".rstrip() + known)
            found = gather(store, agent, name or names[0])
    except sqlite3.Error as error:
        raise ValueError(f"the records of calls cannot be read: {error}") from error
    print(table(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
