"""Who asks for a person, and who does not: `python -m bench.persons`, or `make bench-persons`.

The phrasings of bench/data/persons.yaml are held against the examples of each language's file, as in a call. None of
them is an example. Those of the first half (every other one) may be looked at when examples are chosen; the other half
is only reported, with `held_out_` in front. A failure is printed with its odds.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import yaml

from agent.knowledge.base import load_base
from agent.knowledge.people import People
from bench.instruments import report
from parley import languages
from parley.agents.dialogue import Target

DATA = Path(__file__).parent / "data" / "persons.yaml"
ANYBODY = {"desk": Target(name="the desk", extension="1001")}


def main() -> None:
    """Ask all phrasings of all languages."""
    people = load_base(Path(os.environ.get("MODELS_DIR") or "/models")).people
    figures: dict[str, report.Figure] = {}
    samples = []
    for code, said in yaml.safe_load(DATA.read_text(encoding="utf-8")).items():
        people.learn(code)
        lists = {"asks": said["asks"], "others": said["others"]}
        found = {name: [_asks(people, text, code) for text in texts] for name, texts in lists.items()}
        samples += [
            {"language": code, "of": name, "text": text, "half": place % 2, "transferred": asks}
            for name, texts in lists.items()
            for place, (text, asks) in enumerate(zip(texts, found[name], strict=True))
        ]
        prefix = "" if code == languages.DEFAULT else f"{code}_"
        figures |= {
            f"{prefix}recognised_pct": _percent(found["asks"]),
            f"{prefix}false_pct": _percent(found["others"]),
            f"{prefix}held_out_recognised_pct": _percent(found["asks"][1::2]),
            f"{prefix}held_out_false_pct": _percent(found["others"][1::2]),
        }
    wrong = [s for s in samples if s["transferred"] != (s["of"] == "asks")]
    for sample in wrong:
        report.console.print(f"{sample['language']}  {sample['of']:6}  {sample['text']}", highlight=False)
    report.write("persons", {"phrasings": len(samples)}, figures, samples=wrong)


def _asks(people: People, text: str, language: str) -> bool:
    return people.wanted(text, ANYBODY, language) is not None


def _percent(found: Sequence[bool]) -> float:
    return round(100 * sum(found) / len(found), 1)


if __name__ == "__main__":
    main()
