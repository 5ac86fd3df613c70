"""The calls of experiments, from the records' database."""

from collections import defaultdict
from statistics import median

import msgspec

from parley.telephone.numbers import CANARY
from records.experiment.compare import Comparison, Told, compare
from records.insight.course import VOICE
from records.insight.insight import Insight
from records.query import Query, conditions
from records.store import Store

_NAMES = """
SELECT agent, json_extract(data, '$.experiment') AS name FROM events JOIN calls USING (call)
WHERE kind = 'call_started' AND name IS NOT NULL AND {} GROUP BY agent, name ORDER BY max(started_at) DESC, name"""
_OF = "kind = 'call_started' AND json_extract(events.data, '$.experiment') = ? AND {}"
# Of a call that another gateway has begun anew, the first beginning counts.
_CALLS = f"""
SELECT call, started_at, last_at - started_at, caller, json_extract(events.data, '$.variant'),
    json_extract(events.data, '$.channel'), insights.data, min(ms)
FROM calls JOIN events USING (call) JOIN insights USING (call) WHERE {_OF} GROUP BY call ORDER BY started_at"""
_WAITS = f"""
SELECT call, json_extract(data, '$.voice_to_voice') AS wait FROM events
WHERE kind = 'turn' AND wait IS NOT NULL
AND call IN (SELECT call FROM calls JOIN events USING (call) WHERE {_OF})"""


def experiments(store: Store, query: Query) -> list[tuple[str, str]]:
    """The experiments that calls were part of, the one with the newest call first: agent and name."""
    where, values = conditions(query)
    return [(str(agent), str(name)) for agent, name in store.select(_NAMES.format(where), values)]


def gather(store: Store, agent: str, experiment: str, until: float | None = None) -> Comparison:
    """Compare the versions of an experiment by all its calls that are kept, are over and began before `until`."""
    where, values = conditions(Query(agent=agent, until=until, but_caller=CANARY))
    waits: dict[str, list[float]] = defaultdict(list)
    for call, wait in store.select(_WAITS.format(where), [experiment, *values]):
        waits[call].append(float(wait))
    told, times = [], []
    for call, at, seconds, caller, variant, channel, data, _ in store.select(
        _CALLS.format(where), [experiment, *values]
    ):
        insight = msgspec.json.decode(data, type=Insight)
        times.append(float(at))
        told.append(
            Told(
                variant=variant,
                caller=caller or call,
                outcome=insight.outcome,
                score=insight.score,
                seconds=float(seconds) if (channel or VOICE) == VOICE else None,
                wait_s=median(waits[call]) if call in waits else None,
            )
        )
    return compare(agent, experiment, min(times, default=0.0), max(times, default=0.0), told)
