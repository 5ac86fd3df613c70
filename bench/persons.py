"""Who asks for a person, and who does not: `python -m bench.persons`, or `make bench-persons`.

The phrasings of bench/data/persons.yaml are held against the examples of each language's file, as in a call. None of
them is an example. Those of the first half (every other one) may be looked at when examples are chosen; the other half
is only reported, with `held_out_` in front. Those under `fresh` were written before anybody looked at what failed,
and are only reported as well. A failure is printed.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from agent.knowledge.base import load_base
from agent.knowledge.people import People
from bench.instruments import report
from parley import languages
from parley.agents.dialogue import Target

DATA = Path(__file__).parent / "data" / "persons.yaml"
ANYBODY = {"desk": Target(name="the desk", extension="1001")}
KINDS = ("asks", "others")


def main() -> None:
    """Ask all phrasings of all languages."""
    people = load_base(Path(os.environ.get("MODELS_DIR") or "/models")).people
    figures: dict[str, report.Figure] = {}
    samples: list[dict[str, Any]] = []
    for code, said in yaml.safe_load(DATA.read_text(encoding="utf-8")).items():
        people.learn(code)
        known, fresh = (_asked(people, lists, code) for lists in (said, said["fresh"]))
        samples += _samples(code, said, known) + _samples(code, said["fresh"], fresh, fresh=True)
        prefix = "" if code == languages.DEFAULT else f"{code}_"
        held_out = {kind: found[1::2] for kind, found in known.items()}
        figures |= _figures(prefix, known) | _figures(f"{prefix}held_out_", held_out)
        figures |= _figures(f"{prefix}fresh_", fresh)
    all_fresh = {
        kind: [s["transferred"] for s in samples if s["fresh"] and s["of"] == kind] for kind in KINDS
    }
    figures |= _figures("all_fresh_", all_fresh)
    wrong = [s for s in samples if s["transferred"] != (s["of"] == "asks")]
    for sample in wrong:
        report.console.print(f"{sample['language']}  {sample['of']:6}  {sample['text']}", highlight=False)
    report.write("persons", {"phrasings": len(samples)}, figures, samples=wrong)


def _asked(people: People, lists: Mapping[str, list[str]], language: str) -> dict[str, list[bool]]:
    """Of each phrasing of both kinds, whether a person is asked for."""
    return {
        kind: [people.wanted(text, ANYBODY, language) is not None for text in lists[kind]] for kind in KINDS
    }


def _samples(
    code: str, lists: Mapping[str, list[str]], found: Mapping[str, list[bool]], *, fresh: bool = False
) -> list[dict[str, Any]]:
    return [
        {"language": code, "of": kind, "text": text, "fresh": fresh, "half": place % 2, "transferred": asks}
        for kind in KINDS
        for place, (text, asks) in enumerate(zip(lists[kind], found[kind], strict=True))
    ]


def _figures(prefix: str, found: Mapping[str, Sequence[bool]]) -> dict[str, report.Figure]:
    return {
        f"{prefix}recognised_pct": _percent(found["asks"]),
        f"{prefix}false_pct": _percent(found["others"]),
    }


def _percent(found: Sequence[bool]) -> float:
    return round(100 * sum(found) / len(found), 1)


if __name__ == "__main__":
    main()
