"""Parley beside the peer, in figures. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bench.conversation.utterances import Utterance
from bench.instruments.stats import percentile, share
from bench.knowledge.answers import Verdict


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody made of an utterance."""

    said: str
    asked: str
    """Kind of the utterance."""
    delay_s: float | None
    """The caller's last voiced sample to the first word of the answer; None when there was none."""
    verdict: Verdict
    reply: str
    heard: str = ""
    """What the recogniser wrote down."""
    kind: str = ""
    """Of Parley's: whether the language model was asked."""


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """An interruption: the caller's first voiced sample to the last of what was interrupted."""

    label: str
    stop_s: float | None
    missed: bool


def parleys(samples: Sequence[Mapping[str, Any]]) -> list[Reply]:
    """Parley's replies, from the samples of the benchmark of conversations."""
    return [
        Reply(
            said=sample["said"],
            asked=sample["asked"],
            delay_s=sample["gateway"]["voice_to_voice"] if sample["gateway"] else None,
            verdict=sample["verdict"],
            reply=sample["reply"],
            kind=sample["kind"] or "",
        )
        for sample in samples
    ]


def peers(lines: Sequence[Mapping[str, Any]], utterances: Sequence[Utterance]) -> list[Reply]:
    """The peer's replies to what is measured, from the lines that bot.py prints, judged as Parley's are."""
    found = []
    for line in lines:
        if line["kind"] != "turn" or line["number"] is None:
            continue
        utterance = utterances[line["number"]]
        at = line["answer_at"]
        found.append(
            Reply(
                said=utterance.text,
                asked=utterance.kind,
                delay_s=None if at is None else round(at - line["ended_at"], 4),
                verdict=utterance.judge(line["reply"]),
                reply=line["reply"],
                heard=line["heard"],
            )
        )
    return found


def compared(
    parley: Sequence[Reply], peer: Sequence[Reply], parley_stops: Sequence[Stop], peer_stops: Sequence[Stop]
) -> dict[str, float | None]:
    """Figures of both and their ratios, medians unless they say p95; below 1 Parley is the quicker one.

    `model`: the turns in which Parley asked its language model, and the same ones of the peer, which asks it in all.
    """
    for_model = {reply.said for reply in parley if reply.kind == "model"}
    found: dict[str, float | None] = {}
    for name, replies, stops in (("parley", parley, parley_stops), ("peer", peer, peer_stops)):
        delays = {
            "all": _delays(replies),
            "model": _delays([r for r in replies if r.said in for_model]),
            "barge_in": [s.stop_s for s in stops if s.stop_s is not None and not s.missed],
        }
        for what, values in delays.items():
            found[f"{name}_{what}_p50_s"] = percentile(values, 50)
            found[f"{name}_{what}_p95_s"] = percentile(values, 95)
            found[f"{name}_{what}_measured"] = len(values)
        verdicts = [r.verdict for r in replies]
        for verdict in ("right", "wrong", "unknown", "open"):
            found[f"{name}_{verdict}_pct"] = share(verdicts.count(verdict), len(verdicts))
        found[f"{name}_barge_in_missed"] = sum(s.missed for s in stops)
    return found | _ratios(found)


def _delays(replies: Sequence[Reply]) -> list[float]:
    return [r.delay_s for r in replies if r.delay_s is not None]


def _ratios(found: Mapping[str, float | None]) -> dict[str, float | None]:
    ratios: dict[str, float | None] = {}
    for what in ("all", "model", "barge_in"):
        for percent, end in ((50, ""), (95, "_p95")):
            ours, theirs = (found[f"{name}_{what}_p{percent}_s"] for name in ("parley", "peer"))
            ratios[f"ratio_{what}{end}"] = ours / theirs if ours and theirs else None
    return ratios
