"""A week's figures from the records' database."""

import msgspec

from parley.telephone.numbers import CANARY
from records.experiment import gather as experiments
from records.insight.course import VOICE
from records.insight.insight import Insight
from records.insight.outcome import UNKNOWN
from records.query import Query, conditions
from records.report.figures import EngineUse, Figures, Told
from records.report.handovers import Called, reason
from records.report.week import Week
from records.store import Store

_TOLD = """
SELECT started_at, insights.data,
    (SELECT json_extract(events.data, '$.channel') FROM events
     WHERE events.call = calls.call AND kind = 'call_started' LIMIT 1)
FROM calls LEFT JOIN insights USING (call) WHERE """
_ANSWERS = """
SELECT json_extract(data, '$.voice_to_voice'), json_extract(data, '$.first_sentence')
FROM events WHERE kind = 'turn' AND call IN (SELECT call FROM calls WHERE {})"""
_GIVEN = """
SELECT DISTINCT call FROM events WHERE kind = 'transfer_started' AND call IN (SELECT call FROM calls WHERE {})"""
_ENGINES = """
SELECT part, engine, sum(requests), sum(seconds), sum(read), sum(written), sum(characters),
    CASE WHEN count(cost) = count(*) THEN sum(cost) END
FROM usage WHERE call IN (SELECT call FROM calls WHERE {}) GROUP BY part, engine ORDER BY part, engine"""
_COSTS = """
SELECT currency, sum(cost) FROM usage
WHERE cost IS NOT NULL AND call IN (SELECT call FROM calls WHERE {}) GROUP BY currency ORDER BY currency"""


def gather(store: Store, week: Week, agent: str = "", called: Called | None = None) -> Figures:
    """The figures of the calls that began in a week and are over; `agent`: only this one's; `called`: see `reason`."""
    query = Query(since=week.begin, until=week.end, agent=agent, but_caller=CANARY)
    where, values = conditions(query)
    tests, test_values = conditions(Query(since=week.begin, until=week.end, agent=agent, caller=CANARY))
    answers = store.select(_ANSWERS.format(where), values)
    given = [call for (call,) in store.select(_GIVEN.format(where), values)]
    reasons: dict[str, int] = {}
    for why in filter(None, (reason(store.events(call), called) for call in given)):
        reasons[why] = reasons.get(why, 0) + 1
    return Figures(
        told=[_told(week, *row) for row in store.select(_TOLD + where, values)],
        reasons=dict(sorted(reasons.items(), key=lambda item: -item[1])),
        answers={
            "voice": [float(voice) for voice, _ in answers if voice is not None],
            "text": [float(text) for _, text in answers if text is not None],
        },
        questions=[found for found in store.questions(query) if found.register in UNKNOWN],
        engines=[EngineUse(*row) for row in store.select(_ENGINES.format(where), values)],
        costs=dict(store.select(_COSTS.format(where), values)),
        experiments=[
            experiments.gather(store, whose, name, until=week.end)
            for whose, name in experiments.experiments(store, query)
        ],
        tests=store.select(f"SELECT count(*) FROM calls WHERE {tests}", test_values)[0][0],
    )


def _told(week: Week, at: float, data: str | None, channel: str | None) -> Told:
    insight = None if data is None else msgspec.json.decode(data, type=Insight)
    return Told(week.day_of(at), channel or VOICE, insight)
