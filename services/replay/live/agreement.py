"""How far the run with the settings as they are is what the live calls were. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parley.printed import count
from records.sound.timeline import Timeline
from replay.compare import Compared, Limits, Run, distance, text_of, totals, words_of


@dataclass(frozen=True, slots=True)
class CutOffs:
    """Callers who went on when the agent had begun its answer."""

    live: int
    """That were counted when the calls were live, as the tag CUT_OFF has it."""
    replayed: int
    missed: int
    """Of the live ones, so many more than the replay has of the same call."""

    @property
    def caution(self) -> str:
        """What has to be known before cut-offs are believed; a sentence, empty where the replay has the live ones."""
        if not self.missed:
            return ""
        return (
            f"Of {count(self.live, 'turn')} in which callers were cut off live, "
            f"the replay as it is lacks {self.missed}: it has fewer cut-offs than there were, "
            "so do not believe that a quicker setting cuts off few."
        )


def cut_offs(calls: Iterable[tuple[Timeline, Run]], limits: Limits) -> CutOffs:
    """Hold calls, run with the settings as they are, against the live ones."""
    pairs = [(told.cut_offs, totals([run], limits).cut_offs) for told, run in calls]
    return CutOffs(
        live=sum(live for live, _ in pairs),
        replayed=sum(replayed for _, replayed in pairs),
        missed=sum(max(0, live - replayed) for live, replayed in pairs),
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the run with the settings as they are is what was kept of the live calls."""

    turns: int
    live_turns: int
    words: int
    """That were written down live."""
    wrong_words: int
    """Of these, missing, added or others now."""
    wait_mean_s: float | None
    live_wait_mean_s: float | None
    interrupted: int
    live_interrupted: int
    cut_offs: CutOffs


def agreement(calls: Sequence[Compared], limits: Limits) -> Agreement:
    """Hold the first run against what was kept."""
    now = totals([call.before for call in calls], limits)
    live = [one for call in calls for one in call.timeline.live]
    waits = [one.waited_s for one in live if one.waited_s is not None]
    words = wrong = 0
    for call in calls:
        was, heard = words_of(one.text for one in call.timeline.live), words_of([text_of(call.before.said)])
        words += len(was)
        wrong += distance(was, heard)
    return Agreement(
        turns=now.turns,
        live_turns=len(live),
        words=words,
        wrong_words=wrong,
        wait_mean_s=now.wait_mean_s,
        live_wait_mean_s=sum(waits) / len(waits) if waits else None,
        interrupted=now.interrupted,
        live_interrupted=sum(call.timeline.interruptions for call in calls),
        cut_offs=cut_offs(((call.timeline, call.before) for call in calls), limits),
    )
