"""Who answers a call that is made: `python -m bench.outbound`, or `make bench-outbound`. Needs only the models.

Recordings of people, voicemails, screenings, menus, fax machines, announcements, ringing, music and silence, made here
(bench/outbound/recordings.py), go through the gateway's own detector and judge; Whisper writes down what is said until
each pause, and its words are there `--recognition` seconds after it. Limits and words are chosen on one half of the
recordings; the figures are of the other, of other texts by other voices, and, as `fresh_` and `unseen_`, of texts by
these that no word was chosen by. Words are kept in CLIPS_DIR for the next run. `--fitted` looks at the half that is
fitted alone, and writes nothing; else results/outbound.json is written.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from bench.instruments import report
from bench.instruments.recogniser import stt_settings, whisper
from bench.instruments.stats import finite, percentile, share
from bench.instruments.voices import Voices
from bench.outbound.cast import LANGUAGES, PEOPLE
from bench.outbound.recordings import Part, Recording, recordings
from bench.outbound.replay import MACHINES, Bench, Outcome
from gateway.answering.judging import DEFAULT, Limits
from gateway.media.speech.vad_onnx import OnnxVad
from gateway.settings import GatewaySettings
from parley.errors import ParleyError
from parley.settings import load

WAITS_S = ((0.4, 1.0), (0.6, 0.8), (0.6, 1.0), (0.6, 1.3), (0.8, 1.0))
"""After a word or two, and after more, that are compared."""
OTHERS: tuple[Part, ...] = ("fresh", "unseen")
"""Of texts that no word was chosen by."""
Pair = tuple[Recording, Outcome]


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.outbound", description="Who answers a call.")
    parser.add_argument(
        "--recognition", type=float, default=0.5, metavar="S", help="seconds until words are there"
    )
    parser.add_argument(
        "--fitted", action="store_true", help="show what goes wrong in the half that is fitted"
    )
    asked = parser.parse_args()
    try:
        return _run(asked.recognition, only_fitted=asked.fitted)
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _run(recognition_s: float, *, only_fitted: bool) -> int:
    settings = load(GatewaySettings, {"ARI_PASSWORD": "-", "REDIS_URL": "-", **os.environ})
    print("Making the recordings ...")
    made = recordings(Voices(Path(settings.models_dir)))
    items = [item for item in made if item.part == "fitted" or not only_fitted]
    on = report.machine()
    bench = _bench(settings, items, recognition_s)
    with report.progress() as bar:
        rows = bar.track(range(len(items)), description="recordings")
        judged = [(items[row], bench.run(row, DEFAULT)) for row in rows]
    bench.keep()
    if only_fitted:
        _show_wrong(judged)
        return 0
    tried = list(_tried(bench))
    _show(tried)
    wordless = [
        (item, bench.run(row, DEFAULT, words=False))
        for row, item in enumerate(items)
        if item.part == "reported"
    ]
    found = figures(_of(judged, "reported"))
    more = _more(judged, wordless)
    report.table("Who answered", ["figure", "reported half"], _rows(found))
    _show_others({part: figures(_of(judged, part)) for part in OTHERS})
    report.write(
        "outbound",
        {"limits": msgspec.to_builtins(DEFAULT), "recognition_s": recognition_s, "tried": _told(tried)},
        finite({**found, **more}),
        [_sample(*pair) for pair in judged],
        on=on,
    )
    return 0


def _bench(settings: GatewaySettings, items: Sequence[Recording], recognition_s: float) -> Bench:
    stt = stt_settings()
    folder = os.environ.get("CLIPS_DIR")
    return Bench(
        items,
        OnnxVad(Path(settings.models_dir) / "vad/silero_vad.onnx", len(items), settings.vad_rate),
        whisper(stt),
        settings.detector(),
        recognition_s=recognition_s,
        kept=Path(folder, f"outbound-{stt.stt_model}.json") if folder else None,
    )


def _show_wrong(judged: Sequence[Pair]) -> None:
    wrong = [(item, out) for item, out in judged if out.kind != item.kind]
    report.table(
        f"{len(wrong)} of {len(judged)} wrong",
        ["recording", "is", "taken for", "by", "words"],
        [(item.name[:60], item.kind, out.kind or "", item.voice, out.words[:120]) for item, out in wrong],
    )
    found = figures(judged)
    report.table("The half that is fitted", ["figure", ""], _rows(found))


def _of(pairs: Sequence[Pair], part: Part) -> list[Pair]:
    return [pair for pair in pairs if pair[0].part == part]


def _rows(found: Mapping[str, float | None]) -> list[tuple[str, float]]:
    return sorted((name, value) for name, value in found.items() if value is not None)


def _more(judged: Sequence[Pair], wordless: Sequence[Pair]) -> dict[str, float | None]:
    """The figures of what is not reported, and what is left of that without words."""
    without = figures(wordless)
    parts: tuple[Part, ...] = ("fitted", *OTHERS)
    more = {f"{part}_{name}": value for part in parts for name, value in figures(_of(judged, part)).items()}
    return more | {f"wordless_{name}": without[name] for name in ("amd_right_pct", "person_as_machine_pct")}


def _told(tried: Sequence[tuple[Limits, dict[str, float]]]) -> list[dict[str, float]]:
    return [{"wait_s": limits.wait_s, "long_wait_s": limits.long_wait_s, **now} for limits, now in tried]


def _tried(bench: Bench) -> Iterator[tuple[Limits, dict[str, float]]]:
    """What other limits do to the half that they are set by."""
    rows = [row for row, item in enumerate(bench.items) if item.part == "fitted"]
    for wait_s, long_wait_s in WAITS_S:
        limits = replace(DEFAULT, wait_s=wait_s, long_wait_s=long_wait_s)
        yield limits, finite(figures([(bench.items[row], bench.run(row, limits)) for row in rows]))


def _show(tried: Sequence[tuple[Limits, dict[str, float]]]) -> None:
    names = [
        "amd_right_pct",
        "person_as_machine_pct",
        "machine_greeted_pct",
        "amd_decision_p95_s",
        "turn_p50_s",
    ]
    report.table(
        "The half that limits are set by",
        ["wait / long wait, s", *names],
        [
            (f"{limits.wait_s} / {limits.long_wait_s}", *(now.get(name, 0.0) for name in names))
            for limits, now in tried
        ],
    )


def _show_others(found: Mapping[Part, Mapping[str, float | None]]) -> None:
    report.table(
        "The same of texts that no word was chosen by",
        ["figure", *found],
        [
            (name, *(one[name] for one in found.values()))
            for name, value in sorted(found["unseen"].items())
            if value is not None
        ],
    )


def figures(pairs: Sequence[Pair]) -> dict[str, float | None]:
    """The figures of some recordings."""
    persons = [pair for pair in pairs if pair[0].kind == "person"]
    machines = [pair for pair in pairs if pair[0].kind in MACHINES]
    decided = [_after_first(item, out.decided_s) for item, out in persons if out.kind == "person"]
    turns = [out.acted_s - item.last_s for item, out in persons if out.acted_s is not None]
    beeps = [(item.beep_end_s, out.message_s) for item, out in pairs if item.beep_end_s is not None]
    kinds = sorted({item.kind for item, _ in pairs})
    human = [pair for pair in pairs if pair[0].voice in PEOPLE]
    return {
        "recordings": len(pairs),
        "persons": len(persons),
        "amd_right_pct": share(sum(map(_is_right, pairs)), len(pairs)),
        "amd_decision_p50_s": percentile(decided, 50),
        "amd_decision_p95_s": percentile(decided, 95),
        "person_as_machine_pct": share(sum(_is_lost(out) for _, out in persons), len(persons)),
        "turn_p50_s": percentile(turns, 50),
        "turn_p95_s": percentile(turns, 95),
        "spoken_over_pct": share(sum(turn < 0 for turn in turns), len(persons)),
        "machine_greeted_pct": share(sum(_is_greeted(out) for _, out in machines), len(machines)),
        "message_after_beep_pct": share(sum(at is not None and at >= end for end, at in beeps), len(beeps)),
        "message_p50_s": percentile([at - end for end, at in beeps if at is not None], 50),
        **{
            f"{kind}_right_pct": _right_pct([pair for pair in pairs if pair[0].kind == kind])
            for kind in kinds
        },
        **{
            f"{code}_right_pct": _right_pct([pair for pair in pairs if pair[0].language == code])
            for code in LANGUAGES
        },
        "human_right_pct": _right_pct(human) if human else None,
    }


def _after_first(item: Recording, at: float | None) -> float:
    return (at or 0.0) - item.first_s


def _right_pct(pairs: Sequence[Pair]) -> float:
    return share(sum(map(_is_right, pairs)), len(pairs))


def _is_right(pair: Pair) -> bool:
    item, out = pair
    return out.kind == item.kind


def _is_lost(out: Outcome) -> bool:
    """Whether a person was treated as a machine at any time."""
    return out.first_kind in MACHINES or out.kind in MACHINES


def _is_greeted(out: Outcome) -> bool:
    """Whether the agent began to speak as to a person."""
    return out.first_kind in ("person", "silence")


def _sample(item: Recording, out: Outcome) -> dict[str, object]:
    times = {"decided_s": out.decided_s, "acted_s": out.acted_s, "message_s": out.message_s}
    return {
        "name": item.name,
        "kind": item.kind,
        "language": item.language,
        "part": item.part,
        "voice": item.voice,
        "beep": item.beep,
        "found": out.kind,
        "first": out.first_kind,
        "first_s": item.first_s,
        "last_s": round(item.last_s, 2),
        "words": out.words,
        **{name: None if at is None else round(at, 2) for name, at in times.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
