"""`python -m records.experiment AGENT [NAME]`: prints how the two versions of an agent do, of its newest experiment or
the one that is named."""

import argparse
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from parley.agents import missing, names
from parley.errors import SettingError
from parley.service import carry_out
from records.experiment.gather import experiments, gather
from records.experiment.table import table
from records.query import Query
from records.settings import RecordsSettings
from records.store import Store


def main(argv: Sequence[str]) -> int:
    """Compare; return the exit status, as parley.service.carry_out does."""
    parser = argparse.ArgumentParser(prog="experiment", description="The two versions of an agent, compared.")
    parser.add_argument("agent", nargs="?", default="", help="its name")
    parser.add_argument("name", nargs="?", default="", help="the experiment's; otherwise the newest")
    asked = parser.parse_args(argv)
    return carry_out("experiment", RecordsSettings, lambda settings: show(settings, asked.agent, asked.name))


def show(settings: RecordsSettings, agent: str, name: str) -> None:
    """Print the comparison; ValueError says why there is none. Raise SettingError for an agent that there is not."""
    try:
        with closing(Store.reading(Path(settings.records_dir))) as store:
            there = *names(Path(settings.agents_dir)), *store.agents_since(0.0)
            if wrong := missing(agent, there):
                raise SettingError("AGENT", wrong)
            known = [experiment for _, experiment in experiments(store, Query(agent=agent, over=None))]
            if not known or (name and name not in known):
                others = f", only of {', '.join(known)}" if known else ""
                raise ValueError(f"no call of {agent} was part of an experiment {name}".rstrip() + others)
            found = gather(store, agent, name or known[0])
    except sqlite3.Error as error:
        raise ValueError(f"the records of calls cannot be read: {error}") from error
    print(table(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
