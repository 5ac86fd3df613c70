"""Who asks for a person, and who does not: `python -m bench.persons`, or `make bench-persons`.

The phrasings of bench/data/persons.yaml are held against the examples of each language's file, as in a call. None of
them is an example. Those of the first half (every other one) may be looked at when examples are chosen; the other half
is only reported, with `held_out_` in front. Those under `fresh` were written by somebody who had seen neither examples
nor failures, and nobody has chosen anything by what failed of them. bench/data/persons_second.yaml came later, by the
style of the words: examples and limits were chosen by one half of it (`tuned_`), the other is reported (`second_`). Who
is asked whether they want a person gets one by a yes, and counts as recognised. A failure is printed.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from agent.knowledge.base import load_base
from agent.knowledge.people import People, Wanted
from bench.instruments import report
from parley import languages
from parley.agents.dialogue import Target

DATA = Path(__file__).parent / "data" / "persons.yaml"
SECOND = DATA.with_name("persons_second.yaml")
ANYBODY = {"desk": Target(name="the desk", extension="1001")}
KINDS = ("asks", "others")
SETS = ("", "fresh")
TRANSFERRED, ASKED, NOTHING = "transferred", "asked", "nothing"
"""What a phrasing leads to: a person, the question whether the caller wants one, or an answer as any other."""


def main() -> None:
    """Ask all phrasings of all languages."""
    people = load_base(Path(os.environ.get("MODELS_DIR") or "/models")).people
    figures: dict[str, report.Figure] = {}
    samples: list[dict[str, Any]] = []
    second = yaml.safe_load(SECOND.read_text(encoding="utf-8"))
    for code, said in yaml.safe_load(DATA.read_text(encoding="utf-8")).items():
        people.learn(code)
        known, fresh = (_asked(people, said[of] if of else said, code) for of in SETS)
        samples += _samples(code, said, known, "")
        samples += _samples(code, said["fresh"], fresh, "fresh")
        for name, half in {"tuned": "tuned", "second": "reported"}.items():
            lists = _all_styles(second[code][half])
            samples += _samples(code, lists, _asked(people, lists, code), name)
        prefix = "" if code == languages.DEFAULT else f"{code}_"
        held_out = {kind: found[1::2] for kind, found in known.items()}
        figures |= _figures(prefix, known) | _figures(f"{prefix}held_out_", held_out)
        figures |= _figures(f"{prefix}fresh_", fresh)
    for name in ("fresh", "tuned", "second"):
        figures |= _figures(f"all_{name}_", _found_of(samples, name))
    for code in second:
        figures |= _figures(f"{code}_second_", _found_of(samples, "second", code))
    wrong = [s for s in samples if s["found"] != (TRANSFERRED if s["of"] == "asks" else NOTHING)]
    for sample in wrong:
        told = f"{sample['language']}  {sample['of']:6}  {sample['found']:11}  {sample['text']}"
        report.console.print(told, highlight=False)
    report.write("persons", {"phrasings": len(samples)}, figures, samples=wrong)


def _asked(people: People, lists: Mapping[str, list[str]], language: str) -> dict[str, list[str]]:
    """Of each phrasing of both kinds, what it leads to."""
    return {kind: [_found(people.wanted(text, ANYBODY, language)) for text in lists[kind]] for kind in KINDS}


def _all_styles(half: Mapping[str, Mapping[str, list[str]]]) -> dict[str, list[str]]:
    """One half of the second set in a language, whatever the style."""
    return {kind: [text for texts in half[kind].values() for text in texts] for kind in KINDS}


def _found_of(samples: Sequence[Mapping[str, Any]], name: str, code: str = "") -> dict[str, list[str]]:
    """What the phrasings of a set lead to, in a language or (empty) in all."""
    of_set = [s for s in samples if s["set"] == name and code in ("", s["language"])]
    return {kind: [s["found"] for s in of_set if s["of"] == kind] for kind in KINDS}


def _found(wanted: Wanted | None) -> str:
    if wanted is None:
        return NOTHING
    return TRANSFERRED if wanted.sure else ASKED


def _samples(
    code: str, lists: Mapping[str, list[str]], found: Mapping[str, list[str]], name: str
) -> list[dict[str, Any]]:
    return [
        {"language": code, "of": kind, "text": text, "set": name, "half": place % 2, "found": what}
        for kind in KINDS
        for place, (text, what) in enumerate(zip(lists[kind], found[kind], strict=True))
    ]


def _figures(prefix: str, found: Mapping[str, Sequence[str]]) -> dict[str, report.Figure]:
    """Who gets a person, at once or by one yes, and who was asked; who got one without having asked for it."""
    asks, others = found["asks"], found["others"]
    return {
        f"{prefix}recognised_pct": _percent(asks, TRANSFERRED, ASKED),
        f"{prefix}asked_pct": _percent(asks, ASKED),
        f"{prefix}false_pct": _percent(others, TRANSFERRED),
        f"{prefix}asked_needlessly_pct": _percent(others, ASKED),
    }


def _percent(found: Sequence[str], *kinds: str) -> float:
    return round(100 * sum(what in kinds for what in found) / len(found), 1)


if __name__ == "__main__":
    main()
