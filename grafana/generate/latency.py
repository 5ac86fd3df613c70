"""Latency: how long callers wait for an answer, where the time goes, and who waits longest."""

from grafana.generate.board import Board, Row
from grafana.generate.outside.calls import CANARY
from grafana.generate.overview import BUDGET
from grafana.generate.panels import (
    GREEN,
    RED,
    YELLOW,
    Query,
    columns,
    figure,
    heat,
    lines,
    ranking,
)
from grafana.generate.queries import CALLS, INSTANCE, RANGE, VOICE, mean, per_second, quantile, ratio, total
from grafana.generate.series import each_step, p50_p95
from grafana.generate.tables import Column, listing, waterfall

_STAGE = "parley_turn_stage_seconds"
_OVER = "parley_turn_over_budget_total"
_STOP = "parley_barge_in_stop_seconds"
_SLOWNESS = ((None, GREEN), (1.5, YELLOW), (2.5, RED))
_ORDER = ("endpoint", "stt", "llm", "tts", "transport", "playout")


def _share_over(window: str, by: str = "") -> str:
    return ratio(total(_OVER, CALLS, window, by), total(f"{VOICE}_count", CALLS, window, by))


def _mean_of(stage: str) -> str:
    return mean(_STAGE, f'{CALLS},stage="{stage}"', RANGE)


def _begin() -> str:
    """When each stage begins: those of the workers one after the other, once the answer was asked for; playout last."""
    asked = mean("parley_turn_asked_seconds", CALLS, RANGE)
    begins = {"endpoint": f"0 * ({asked})", "stt": asked}
    for before, stage in (("stt", "llm"), ("llm", "tts"), ("tts", "transport")):
        begins[stage] = f"{begins[before]} + {_mean_of(before)}"
    begins["playout"] = f"{mean(VOICE, CALLS, RANGE)} - {_mean_of('playout')}"
    return " or ".join(_named(stage, query) for stage, query in begins.items())


def _length() -> str:
    return " or ".join(_named(stage, _mean_of(stage)) for stage in _ORDER)


def _named(stage: str, query: str) -> str:
    return f'label_replace({query}, "stage", "{_ORDER.index(stage) + 1} {stage}", "", "")'


_VOICE_TO_VOICE = [
    figure(
        9,
        "Voice to voice",
        "From the caller's last sound to the agent's first, endpointing included, in the time shown: 50 %, 95 % "
        "and 99 % of the turns were answered faster.",
        "s",
        *(Query(quantile(p / 100, VOICE, CALLS, RANGE), f"p{p}") for p in (50, 95, 99)),
        over_time=False,
        steps=_SLOWNESS,
    ),
    figure(
        3,
        "Over budget",
        "Of the turns in the time shown, how many took longer than the budget of a turn (TURN_BUDGET_S).",
        "percentunit",
        Query(_share_over(RANGE), "over budget"),
        over_time=False,
        high=1,
        steps=((None, GREEN), (0.05, YELLOW), (0.2, RED)),
    ),
    figure(
        3,
        "Slowest stage",
        "The stage whose slowest 5 % take longest in the time shown.",
        "s",
        Query(f"topk(1, {quantile(0.95, _STAGE, CALLS, RANGE, 'stage')})", "{{stage}}"),
        over_time=False,
        named=True,
        steps=_SLOWNESS,
    ),
    figure(
        3,
        "Slowest turn",
        "The slowest 0.1 % of the turns in the time shown, as far as the histogram's buckets tell.",
        "s",
        Query(quantile(0.999, VOICE, CALLS, RANGE), "slowest"),
        over_time=False,
        steps=_SLOWNESS,
    ),
    figure(
        3,
        "Call setup",
        "From a call's arrival until caller and agent can hear each other, in the time shown: 95 % were faster.",
        "s",
        Query(quantile(0.95, "parley_call_setup_seconds", INSTANCE, RANGE), "p95"),
        over_time=False,
        steps=((None, GREEN), (0.5, YELLOW), (2, RED)),
    ),
    figure(
        3,
        "Turns",
        "Turns of callers that were answered in the time shown.",
        "short",
        Query(f"round({total(f'{VOICE}_count', CALLS)})", "turns"),
        over_time=False,
        decimals=0,
    ),
]


_STAGES = [
    waterfall(
        9,
        "A turn's stages",
        "The mean turn of the time shown, in seconds after the caller's last sound. Stages overlap: the answer is "
        "prepared while it is not yet sure that the caller has finished (endpoint).",
        "s",
        "stage",
        begin=Query(_begin()),
        length=Query(_length()),
    ),
    lines(
        8,
        "Stages, p95",
        "How long each stage of a turn takes: 95 % are faster.",
        "s",
        Query(quantile(0.95, _STAGE, CALLS, by="stage"), "{{stage}}"),
    ),
    ranking(
        7,
        "Slowest stages",
        "The stages, slowest first: 95 % took less in the time shown.",
        "s",
        Query(f"sort_desc({quantile(0.95, _STAGE, CALLS, RANGE, 'stage')})", "{{stage}}"),
        steps=((None, GREEN), (0.7, YELLOW), (1.5, RED)),
    ),
]


_COURSES = [
    lines(
        8,
        "Voice to voice",
        "From the caller's last sound to the agent's first, endpointing included; dashed: the budget of a turn.",
        "s",
        *p50_p95(VOICE, CALLS),
        Query(quantile(0.99, VOICE, CALLS), "p99", RED),
        BUDGET,
    ),
    heat(
        8,
        "Voice to voice, every turn",
        "How many turns took how long: the stronger the colour, the more.",
        "s",
        f"sum by (le) (increase({VOICE}_bucket{{{CALLS}}}[$__interval]))",
    ),
    lines(
        8,
        "Turns over budget",
        "Of the turns, how many took longer than the budget of a turn, by agent.",
        "percentunit",
        Query(_share_over("$window", "agent"), "{{agent}}"),
        high=1,
    ),
]


_AGENTS = [
    lines(
        8,
        "Voice to voice by agent, p95",
        "95 % of each agent's answers came faster.",
        "s",
        Query(quantile(0.95, VOICE, CALLS, by="agent"), "{{agent}}"),
        BUDGET,
    ),
    listing(
        10,
        "Agents",
        "Each agent's turns in the time shown, and how long its callers waited.",
        "short",
        {
            "agent": Column("Agent"),
            "Value #A": Column("Turns", "short"),
            "Value #B": Column("p50", "s"),
            "Value #C": Column("p95", "s"),
            "Value #D": Column("p99", "s"),
            "Value #E": Column("Over budget", "percentunit"),
        },
        Query(f"round({total(f'{VOICE}_count', CALLS, by='agent')})"),
        *(Query(quantile(p / 100, VOICE, CALLS, RANGE, "agent")) for p in (50, 95, 99)),
        Query(_share_over(RANGE, "agent")),
        by="agent",
        decimals=2,
    ),
    ranking(
        6,
        "Slowest agents",
        "The five agents whose callers waited longest: 95 % waited less in the time shown.",
        "s",
        Query(f"sort_desc(topk(5, {quantile(0.95, VOICE, CALLS, RANGE, 'agent')}))", "{{agent}}"),
        steps=_SLOWNESS,
    ),
]


_TOO_SHORT = per_second("parley_utterances_too_short_total", INSTANCE)
_WITHOUT_WORDS = per_second("parley_utterances_without_words_total", CALLS)
_TURNS = [
    lines(
        6,
        "Barge-in: silent after",
        "From the caller's first sound over the agent to the agent's last; and how long the agent was silent over what "
        "was no interruption.",
        "s",
        *p50_p95(_STOP, CALLS),
        Query(quantile(0.5, "parley_barge_in_silent_seconds", CALLS), "over what was none, p50"),
    ),
    lines(
        6,
        "Heard of interrupted replies",
        "How much of a reply that was interrupted the caller had heard.",
        "percentunit",
        Query(mean("parley_reply_heard_ratio", CALLS), "mean"),
        high=1,
    ),
    columns(
        6,
        "Ends of turns",
        "What decided that the caller had finished, in each step.",
        "short",
        each_step("parley_endpoint_decisions_total", CALLS, "reason"),
        decimals=0,
    ),
    lines(
        6,
        "Sounds that were no turn",
        "Bursts of sound too short for speech, and pauses before which no words were found.",
        "ops",
        Query(_TOO_SHORT, "too short"),
        Query(_WITHOUT_WORDS, "without words"),
    ),
]


BOARD = Board(
    "parley-latency",
    "latency",
    "How long callers wait for an answer, where the time goes, and who waits longest.",
    [
        Row(4, _VOICE_TO_VOICE),
        Row(8, _STAGES, "Where the time goes"),
        Row(8, _COURSES, "Budget"),
        Row(8, _AGENTS, "Agents"),
        Row(7, _TURNS, "Whose turn it is"),
        Row(7, CANARY, "Seen from outside, by the canary"),
    ],
)
