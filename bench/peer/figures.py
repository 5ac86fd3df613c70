"""Parley beside the peer, in figures. Pure."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import msgspec

from bench.barge_in.trials import LATEST_STOP_S
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


def stops(lines: Sequence[Mapping[str, Any]]) -> list[Stop]:
    """The peer's stops, from the lines that bot.py prints; where it did not speak there was nothing to stop."""
    return [
        Stop(label=line["label"], stop_s=at, missed=at is None or at > LATEST_STOP_S)
        for line in lines
        if line["kind"] == "interruption" and line["spoke"]
        for at in [line["stop_s"]]
    ]


def compared(
    parley: Sequence[Reply], peer: Sequence[Reply], parley_stops: Sequence[Stop], peer_stops: Sequence[Stop]
) -> dict[str, float | None]:
    """Figures of both and their ratios, medians unless they say p95; below 1 Parley is the quicker one.

    Ratios of turns are of those that both answered. `model`: the turns in which Parley asked its language model, and
    the same ones of the peer, which asks it in all.
    """
    for_model = {reply.said for reply in parley if reply.kind == "model"}
    both = _answered(parley) & _answered(peer)
    found: dict[str, float | None] = {"ratio_turns": len(both), "ratio_model_turns": len(both & for_model)}
    delays: dict[tuple[str, str], list[float]] = {}
    for name, replies, stopped in (("parley", parley, parley_stops), ("peer", peer, peer_stops)):
        delays |= {
            (name, "all"): _delays(replies, both),
            (name, "model"): _delays(replies, both & for_model),
            (name, "barge_in"): [s.stop_s for s in stopped if s.stop_s is not None and not s.missed],
        }
        found |= _own(name, replies, for_model)
        found |= {f"{name}_barge_in_p{p}_s": percentile(delays[name, "barge_in"], p) for p in (50, 95)}
        found |= {f"{name}_barge_in_missed": sum(s.missed for s in stopped)}
        found |= {f"{name}_barge_in_measured": len(delays[name, "barge_in"])}
    for what in ("all", "model", "barge_in"):
        for percent, end in ((50, ""), (95, "_p95")):
            ours, theirs = (percentile(delays[name, what], percent) for name in ("parley", "peer"))
            found[f"ratio_{what}{end}"] = ours / theirs
    return found


def _own(name: str, replies: Sequence[Reply], for_model: Set[str]) -> dict[str, float | None]:
    """Figures of one of the two, whatever the other did."""
    found: dict[str, float | None] = {}
    for what, values in (
        ("all", _delays(replies, _answered(replies))),
        ("model", _delays(replies, _answered(replies) & for_model)),
    ):
        found |= {f"{name}_{what}_p{percent}_s": percentile(values, percent) for percent in (50, 95)}
        found[f"{name}_{what}_measured"] = len(values)
    verdicts = [r.verdict for r in replies]
    return found | {
        f"{name}_{verdict}_pct": share(verdicts.count(verdict), len(verdicts))
        for verdict in ("right", "wrong", "unknown", "open")
    }


def _answered(replies: Sequence[Reply]) -> set[str]:
    """What was answered: to say that one could not is no answer."""
    return {r.said for r in replies if r.delay_s is not None and r.verdict != "open"}


def _delays(replies: Sequence[Reply], of: Set[str]) -> list[float]:
    return [r.delay_s for r in replies if r.delay_s is not None and r.said in of]
