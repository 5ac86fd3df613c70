"""What is about calls from outside: the edge before the cells, with the records of all cells, and the test calls of the
canary.
"""

from grafana.generate.panels import GREEN, RED, YELLOW, Query, columns, figure, lines
from grafana.generate.queries import CALLS, VOICE, quantile
from grafana.generate.series import each_step

CANARY = [
    lines(
        6,
        "Voice to voice, from outside",
        "The median of the canary's last test call, measured at its end of the line.",
        "s",
        Query("parley_canary_voice_to_voice_seconds", "canary"),
        Query(quantile(0.5, VOICE, CALLS, by="agent"), "{{agent}}, by the gateway"),
    ),
    lines(
        6,
        "Barge-in, from outside",
        "How long the agent went on speaking when the canary interrupted it, measured at its end of the line.",
        "s",
        Query("parley_canary_barge_in_stop_seconds", "canary"),
    ),
    lines(
        6,
        "What went well",
        "1 when it did: the whole call, the words of every answer, the key that silences the agent.",
        "short",
        Query("parley_canary_success", "call"),
        Query("parley_canary_answer_right", "answers"),
        Query("parley_canary_key_ok", "key"),
        decimals=0,
        high=1.2,
    ),
    figure(
        3,
        "Last test call",
        "How long ago the canary called last.",
        "s",
        Query("time() - max(parley_canary_last_run_timestamp_seconds > 0)", "ago"),
        steps=((None, GREEN), (900, YELLOW), (1800, RED)),
        nothing="never",
    ),
    figure(
        3,
        "Test calls",
        "How many of the canary's calls in the time shown ended how.",
        "short",
        Query("sum by (outcome) (increase(parley_canary_runs_total[$__range]))", "{{outcome}}"),
        over_time=False,
        named=True,
        decimals=0,
        nothing="none",
    ),
]

EDGE = [
    lines(
        4,
        "Cells",
        "Cells behind the edge, by whether they get new calls.",
        "short",
        Query("sum by (state) (kamailio_cells)", "{{state}}"),
        decimals=0,
        nothing="No edge",
    ),
    columns(
        5,
        "Calls of the edge",
        "Calls that each cell was given in each step, those that came back from it, and those that no cell took.",
        "short",
        each_step("kamailio_calls_given_total", "", "cell"),
        each_step("kamailio_calls_returned_total", "", "cell, reason"),
        each_step("kamailio_calls_without_cell_total", "", name="no cell", color=RED),
        decimals=0,
        nothing="None",
    ),
    lines(
        5,
        "Telephones at the edge",
        "Telephones that have registered, and connections by TCP, TLS and WebSocket.",
        "short",
        Query("sum(kamailio_usrloc_location_contacts)", "registered"),
        Query("sum(kamailio_tcp_current_opened_connections)", "connections"),
        decimals=0,
    ),
    lines(
        5,
        "Requests to the edge",
        "Calls and registrations per second that reached it, with those that are asked to log in first.",
        "reqps",
        Query("sum(rate(kamailio_core_rcv_requests_invite[$window]))", "calls"),
        Query("sum(rate(kamailio_core_rcv_requests_register[$window]))", "registrations"),
    ),
    columns(
        5,
        "Refused by the edge",
        "Requests that were refused or ignored in each step, by why.",
        "short",
        each_step("kamailio_requests_refused_total", "", "reason"),
        decimals=0,
        nothing="None",
    ),
]

CELLS = [
    columns(
        12,
        "Records of all cells",
        "Calls that wait to be copied to the database of all cells; in each step those that were copied, attempts that "
        "failed, and calls that it would not take.",
        "short",
        Query("max(parley_records_copy_waiting)", "waiting"),
        Query("sum(increase(parley_records_copied_total[$window]))", "copied"),
        Query("sum(increase(parley_records_copy_failed_total[$window]))", "attempts that failed", color=RED),
        Query("sum(increase(parley_records_copy_set_aside_total[$window]))", "not taken", color=RED),
        decimals=0,
    ),
    columns(
        12,
        "Agents of all cells",
        "Agents of this cell that are not as they were published for all: changed by hand, removed, refused, or on "
        "their way; in each step looks at the database of all cells that failed.",
        "short",
        Query("max(parley_agents_apart)", "not as published"),
        Query("sum(increase(parley_agents_share_failed_total[$window]))", "looks that failed", color=RED),
        decimals=0,
    ),
]
