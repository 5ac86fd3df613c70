"""Asterisk and host: the exchange, the gateway's connection to it, Redis, and what the machine has left."""

from grafana.generate.board import Board, Row
from grafana.generate.outside import calls, systems, texts
from grafana.generate.panels import GREEN, GREY, RED, YELLOW, Query, columns, figure, lines
from grafana.generate.queries import INSTANCE, ratio
from grafana.generate.series import each_step, p50_p95

_DISK = '1 - min(node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"})'
_MEMORY = "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
_CORES = 'count by (instance) (node_cpu_seconds_total{mode="idle"})'
_BUSY = f'1 - sum by (instance) (rate(node_cpu_seconds_total{{mode=~"idle|iowait"}}[$window])) / {_CORES}'
_CONTAINER = "parley_container_memory_bytes / (parley_container_memory_limit_bytes > 0)"

_FIGURES = [
    figure(
        3,
        "Targets down",
        "Services that Prometheus cannot reach.",
        "short",
        Query("count(up == 0) or vector(0)", "down"),
        decimals=0,
        steps=((None, GREEN), (1, RED)),
    ),
    figure(
        3,
        "ARI",
        "Whether every gateway is connected to Asterisk.",
        "bool_yes_no",
        Query("min(parley_ari_connected)", "connected"),
        high=1,
        steps=((None, RED), (1, GREEN)),
    ),
    figure(
        3,
        "Telephones",
        "Telephones and trunks that are registered or reachable, of those that Asterisk knows.",
        "short",
        Query("count(asterisk_endpoints_state == 2) or vector(0)", "there"),
        decimals=0,
    ),
    figure(
        3,
        "Calls since start",
        "Calls that Asterisk has had since it was started.",
        "short",
        Query("sum(asterisk_calls_sum)", "calls"),
        decimals=0,
    ),
    figure(
        3,
        "Asterisk runs",
        "Time since Asterisk was started.",
        "s",
        Query("min(asterisk_core_uptime_seconds)", "uptime"),
        decimals=0,
        steps=((None, YELLOW), (300, GREEN)),
    ),
    figure(
        3,
        "Redis memory",
        "Of the memory that Redis may use, how much it uses.",
        "percentunit",
        Query(ratio("max(parley_redis_memory_bytes)", "max(parley_redis_memory_limit_bytes)"), "used"),
        high=1,
        steps=((None, GREEN), (0.7, YELLOW), (0.9, RED)),
    ),
    figure(
        3,
        "Disk",
        "Of the machine's disk, how much is in use.",
        "percentunit",
        Query(_DISK, "used"),
        high=1,
        steps=((None, GREEN), (0.8, YELLOW), (0.9, RED)),
    ),
    figure(
        3,
        "Redis",
        "Whether Redis answers every gateway.",
        "bool_yes_no",
        Query("min(parley_redis_up)", "answers"),
        high=1,
        steps=((None, RED), (1, GREEN)),
    ),
]

_ASTERISK = [
    lines(
        6,
        "Channels and calls",
        "A call to an agent is two channels: the telephone's, and the one to the gateway.",
        "short",
        Query("sum(asterisk_channels_count)", "channels"),
        Query("sum(asterisk_calls_count)", "calls"),
        Query("sum(asterisk_bridges_count)", "bridges"),
        Query("sum(parley_supervisions_active)", "with somebody who listens"),
        decimals=0,
    ),
    lines(
        6,
        "Requests to Asterisk",
        "How long Asterisk took to answer the gateway's requests: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_ari_request_seconds", INSTANCE),
    ),
    columns(
        6,
        "Events from Asterisk",
        "Events that the gateway got in each step, by type.",
        "short",
        each_step("parley_ari_events_total", INSTANCE, "type"),
        decimals=0,
    ),
    columns(
        6,
        "Trouble with Asterisk",
        "Connections that were lost, requests that were refused or not answered, and calls that were rejected.",
        "short",
        each_step("parley_ari_reconnects_total", INSTANCE, name="lost connections", color=RED),
        each_step("parley_ari_request_errors_total", INSTANCE, "status", name="request"),
        each_step("parley_calls_rejected_total", INSTANCE, "reason", name="rejected"),
        decimals=0,
    ),
]

_CALLS = [
    lines(
        4,
        "Length of calls",
        "From answer to end: half, and 95 %, of the calls were shorter.",
        "s",
        *p50_p95("parley_call_duration_seconds", INSTANCE),
    ),
    columns(
        5,
        "Calls given to people",
        "Calls that were to be given to people in each step, to whom, and what came of it; who listened or took over.",
        "short",
        each_step("parley_transfers_total", INSTANCE, "kind, outcome"),
        each_step("parley_supervisions_total", INSTANCE, "mode"),
        decimals=0,
        nothing="None",
    ),
    columns(
        4,
        "Callbacks",
        "Callers who wait to be called back; in each step, those who asked for it, what became of calls to them, and "
        "who was given up.",
        "short",
        Query("max(parley_callbacks_waiting)", "waiting"),
        each_step("parley_callbacks_kept_total", INSTANCE, name="asked for"),
        each_step("parley_callbacks_made_total", INSTANCE, "outcome", name="call"),
        each_step("parley_callbacks_given_up_total", INSTANCE, "reason", name="given up"),
        decimals=0,
        nothing="None",
    ),
    columns(
        4,
        "Records of calls",
        "Calls whose record was completed in each step, by agent and how they ended.",
        "short",
        each_step("parley_records_calls_total", "", "agent, outcome"),
        decimals=0,
    ),
    lines(
        4,
        "Events for records and traces",
        "Events that records took in per second; those that wait, were missed or could not be read; and traces sent.",
        "short",
        Query("sum(rate(parley_records_events_total[$window]))", "per second"),
        Query("max(parley_records_backlog_events)", "waiting"),
        Query("sum(increase(parley_records_events_missed_total[$window]))", "missed"),
        Query("sum(increase(parley_records_events_unreadable_total[$window]))", "unreadable"),
        Query("sum(increase(parley_records_expired_total[$window]))", "records deleted for their age"),
        Query(
            "sum by (kind) (increase(parley_recordings_swept_total[$window]))",
            "{{kind}} files deleted for size",
        ),
        Query("sum by (outcome) (increase(parley_traces_total[$window]))", "traces {{outcome}}"),
    ),
    figure(
        3,
        "Records kept",
        "Records of calls that are kept.",
        "short",
        Query("max(parley_records_kept)", "records"),
        decimals=0,
    ),
]

_HOST = [
    lines(
        5,
        "Processors in use",
        "Of all cores of the machine, how much is in use, by anything.",
        "percentunit",
        Query(_BUSY, "{{instance}}"),
        high=1,
    ),
    lines(
        4,
        "Load",
        "Processes that run or wait to run, and the machine's cores: more than these, and everything waits.",
        "short",
        Query("max(node_load1)", "load, 1 min"),
        Query(f"sum({_CORES})", "cores", GREY, dashed=True),
    ),
    lines(
        5,
        "Memory in use",
        "Of the machine's memory, how much cannot be had.",
        "percentunit",
        Query(_MEMORY, "{{instance}}"),
        high=1,
    ),
    lines(
        5,
        "Disk in use",
        "Of the machine's disk, how much is in use.",
        "percentunit",
        Query(_DISK, "/"),
        high=1,
    ),
    lines(
        5,
        "Recordings on the disk",
        "What recordings of calls and messages take, and what all of them may: beyond it the oldest are deleted.",
        "bytes",
        Query("sum by (kind) (parley_recordings_bytes)", "{{kind}}"),
        Query("max(parley_recordings_limit_bytes > 0)", "limit", GREY, dashed=True),
        stacked=True,
    ),
]

_SERVICES = [
    lines(
        5,
        "Processors by service",
        "Cores that each service uses, of those that tell: Asterisk, Redis and llama-server do not.",
        "short",
        Query("sum by (job) (rate(process_cpu_seconds_total[$window]))", "{{job}}"),
        stacked=True,
        decimals=2,
    ),
    lines(
        5,
        "Memory by service",
        "Memory that each service's processes hold, of those that tell: Asterisk, Redis and llama-server do not.",
        "bytes",
        Query("sum by (job) (process_resident_memory_bytes)", "{{job}}"),
        stacked=True,
    ),
    lines(
        5,
        "Container memory",
        "Of what its container may use, how much each service uses: at 100 % it is killed.",
        "percentunit",
        Query(f"max by (job) ({_CONTAINER})", "{{job}}"),
        high=1,
    ),
    lines(
        4,
        "What calls need",
        "Whether each part was heard of lately, and whether the outage switch is on: either sends new calls to people.",
        "bool_on_off",
        Query("min by (part) (parley_call_part_up)", "{{part}}"),
        Query("max(parley_outage)", "outage switch"),
        high=1,
    ),
    lines(
        5,
        "Streams on Redis",
        "Entries of the streams on Redis, by stream.",
        "short",
        Query("max by (stream) (parley_stream_length)", "{{stream}}"),
        decimals=0,
    ),
]

BOARD = Board(
    "parley-asterisk",
    "Asterisk and host",
    "The exchange and the gateway's connection to it, Redis, and what the machine has left.",
    [
        Row(4, _FIGURES),
        Row(8, _ASTERISK, "Asterisk"),
        Row(7, _CALLS, "Calls"),
        Row(7, _HOST, "Host"),
        Row(7, _SERVICES, "Services"),
        Row(6, calls.EDGE, "Edge"),
        Row(6, calls.CELLS, "All cells"),
        Row(6, systems.API, "API"),
        Row(6, texts.CHATS, "Chats"),
        Row(6, texts.TEXTS, "Texts"),
        Row(6, systems.COMPANY, "What the company's systems know"),
        Row(6, systems.WEBHOOKS, "Webhooks"),
    ],
    agents=False,
)
