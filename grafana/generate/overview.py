"""Overview: how the house is, at a glance, on one screen."""

from grafana.generate.board import Board, Row
from grafana.generate.panels import (
    GREEN,
    GREY,
    RED,
    YELLOW,
    Query,
    columns,
    figure,
    heat,
    lines,
)
from grafana.generate.queries import CALLS, INSTANCE, RANGE, VOICE, or_zero, quantile, ratio, total
from grafana.generate.series import each_step, p50_p95
from grafana.generate.tables import Column, listing

BUDGET = Query(f"max(parley_turn_budget_seconds{{{INSTANCE}}})", "budget", GREY, dashed=True)
_STARTED = total("parley_calls_started_total", CALLS)
_REJECTED = or_zero(total("parley_calls_rejected_total", INSTANCE))
_SEVERITIES = {"critical": RED, "warning": YELLOW, "firing": RED, "pending": YELLOW}
PLACES_LEFT = figure(
    2,
    "Places left",
    "How many more calls would be taken now without degrading the others.",
    "short",
    Query("max(parley_calls_left)", "calls"),
    decimals=0,
    more="parley-workers",
    steps=((None, RED), (1, YELLOW), (3, GREEN)),
)

FIGURES = [
    figure(
        3,
        "Calls now",
        "Calls in progress.",
        "short",
        Query(f"sum(parley_calls_active{{{CALLS}}})", "calls"),
        decimals=0,
        nothing="0",
    ),
    figure(
        3,
        "Calls today",
        "Calls that were answered since midnight, those of the canary included.",
        "short",
        Query(f"round({_STARTED})", "calls"),
        over_time=False,
        today=True,
        decimals=0,
        nothing="0",
    ),
    figure(
        3,
        "Answer rate",
        "Of the calls that came in the time shown, how many were answered. The rest was rejected: no agent at that "
        "number, no place left, no service.",
        "percentunit",
        Query(ratio(_STARTED, f"({_STARTED} + {_REJECTED})"), "answered"),
        over_time=False,
        high=1,
        nothing="no calls",
        steps=((None, RED), (0.95, YELLOW), (0.99, GREEN)),
    ),
    figure(
        5,
        "Voice to voice",
        "From the caller's last sound to the agent's first, endpointing included, in the time shown: 50 %, 95 % and "
        "99 % of the turns were answered faster.",
        "s",
        *(Query(quantile(p / 100, VOICE, CALLS, RANGE), f"p{p}") for p in (50, 95, 99)),
        over_time=False,
        more="parley-latency",
        steps=((None, GREEN), (1.5, YELLOW), (2.5, RED)),
    ),
    figure(
        3,
        "Barge-in: silent after",
        "From the caller's first sound over the agent to the agent's last, in the time shown: 95 % were faster.",
        "s",
        Query(quantile(0.95, "parley_barge_in_stop_seconds", CALLS, RANGE), "p95"),
        over_time=False,
        more="parley-latency",
        steps=((None, GREEN), (0.3, YELLOW), (0.5, RED)),
    ),
    PLACES_LEFT,
    figure(
        2,
        "Canary",
        "Whether the last test call, made from outside every few minutes, went as it should.",
        "bool_yes_no",
        Query("min(parley_canary_success)", "as it should"),
        high=1,
        more="parley-latency",
        steps=((None, RED), (1, GREEN)),
        nothing="off",
    ),
    figure(
        3,
        "Alerts",
        "Alerts that are firing.",
        "short",
        Query('count(ALERTS{alertstate="firing",alertname!="Watchdog"}) or vector(0)', "firing"),
        decimals=0,
        steps=((None, GREEN), (1, RED)),
    ),
]

COURSES = [
    lines(
        8,
        "Concurrent calls",
        "Calls in progress, by agent.",
        "short",
        Query(f"sum by (agent) (parley_calls_active{{{CALLS}}})", "{{agent}}"),
        stacked=True,
        decimals=0,
    ),
    lines(
        8,
        "Voice to voice",
        "From the caller's last sound to the agent's first, endpointing included; dashed: the budget of a turn.",
        "s",
        *p50_p95(VOICE, CALLS),
        Query(quantile(0.99, VOICE, CALLS), "p99", RED),
        BUDGET,
        more="parley-latency",
    ),
    heat(
        8,
        "Voice to voice, every turn",
        "How many turns took how long: the stronger the colour, the more.",
        "s",
        f"sum by (le) (increase({VOICE}_bucket{{{CALLS}}}[$__interval]))",
        more="parley-latency",
    ),
]

EVENTS = [
    columns(
        8,
        "Calls ended",
        "Calls that ended in each step, by how; and those that went on at another gateway, after one had stopped.",
        "short",
        each_step("parley_calls_ended_total", CALLS, "outcome"),
        each_step("parley_calls_resumed_total", CALLS, name="taken over"),
        decimals=0,
        more="parley-asterisk",
    ),
    columns(
        8,
        "Barge-in",
        "Callers who spoke over the agent in each step: it was interrupted, or it went on (resumed) after an "
        '"uh-huh" or a noise.',
        "short",
        each_step("parley_barge_ins_total", CALLS, "outcome"),
        decimals=0,
        more="parley-latency",
    ),
    listing(
        8,
        "Alerts",
        "Alerts that are firing or about to. What to do about each: the runbook in docs/operations.md.",
        "short",
        {
            "alertname": Column("Alert"),
            "severity": Column("Severity", width=90, colors=_SEVERITIES),
            "alertstate": Column("State", width=80, colors=_SEVERITIES),
            "instance": Column("Where", width=150),
        },
        Query('sum by (alertname, severity, alertstate, instance) (ALERTS{alertname!="Watchdog"})'),
        nothing="None: all is well.",
    ),
]

BOARD = Board(
    "parley-overview",
    "overview",
    "Calls in progress, how long callers wait for an answer, and what is wrong.",
    [Row(4, FIGURES), Row(8, COURSES), Row(8, EVENTS)],
)
