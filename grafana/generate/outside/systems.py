"""What other systems ask, are told, and know."""

from grafana.generate.panels import Query, columns, lines
from grafana.generate.series import each_step, p50_p95

API = [
    columns(
        8,
        "Requests to the API",
        "Requests that were answered in each step, by the status that they were answered with.",
        "short",
        each_step("parley_api_requests_total", "", "status"),
        decimals=0,
        nothing="None",
    ),
    lines(
        8,
        "Time of an answer",
        "How long answers of the API took: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_api_request_seconds", ""),
    ),
    columns(
        8,
        "Refused by the API",
        "Requests that were not let in, in each step, by why: no good key, not the scope, too many in a minute.",
        "short",
        each_step("parley_api_refused_total", "", "reason"),
        decimals=0,
        nothing="None",
    ),
]

WEBHOOKS = [
    columns(
        6,
        "Webhooks",
        "Messages to other systems in each step: taken, by what they tell, and tries that failed, by why.",
        "short",
        each_step("parley_webhooks_delivered_total", "", "event"),
        each_step("parley_webhooks_failed_total", "", "reason", name="failed"),
        decimals=0,
        nothing="None",
    ),
    lines(
        3,
        "Messages that wait",
        "Messages that were not taken yet, or not within a day, by receiver.",
        "short",
        Query("max by (endpoint) (parley_webhooks_waiting)", "{{endpoint}}"),
        Query("max by (endpoint) (parley_webhooks_dead)", "{{endpoint}}: given up"),
        decimals=0,
    ),
    columns(
        3,
        "Given up",
        "Messages that were not taken within a day, and events that could not be told, in each step.",
        "short",
        each_step("parley_webhooks_died_total", "", "endpoint"),
        each_step("parley_webhooks_events_missed_total", "", name="missed"),
        each_step("parley_webhooks_events_unreadable_total", "", name="unreadable"),
        decimals=0,
        nothing="None",
    ),
    lines(
        6,
        "Time of a try",
        "How long tries to deliver a message took: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_webhooks_try_seconds", ""),
    ),
    lines(
        6,
        "The oldest that waits",
        "For how long the oldest message has waited, by receiver.",
        "s",
        Query("max by (endpoint) (parley_webhooks_oldest_seconds)", "{{endpoint}}"),
    ),
]

COMPANY = [
    columns(
        8,
        "Who calls",
        "Callers whom the company was asked for in each step: known in time for the greeting, late, unknown, failed.",
        "short",
        each_step("parley_lookups_total", "", "outcome"),
        decimals=0,
        nothing="None",
    ),
    lines(
        8,
        "Time to know who calls",
        "How long the company's answer took: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_lookup_seconds", ""),
    ),
    columns(
        8,
        "Known after calls",
        "Calls after which something was to be known, in each step: told, nothing to tell, failed, too late.",
        "short",
        each_step("parley_outcomes_total", "", "outcome"),
        decimals=0,
        nothing="None",
    ),
]
