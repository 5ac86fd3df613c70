"""Workers: what waits, how long each engine takes, what it costs, and how much more there is room for."""

from grafana.generate.board import Board, Row
from grafana.generate.jobs import JOBS, REMOTE, TROUBLE, WORDS_SO_FAR
from grafana.generate.knowledge import KNOWLEDGE
from grafana.generate.panels import GREEN, ORANGE, RED, YELLOW, Query, columns, figure, lines
from grafana.generate.queries import INSTANCE, RANGE, mean, per_second, quantile, ratio, total
from grafana.generate.series import each_step

_CACHE = "parley_tts_cache_total"
_WAITING = ((None, GREEN), (0.2, YELLOW), (1.0, RED))
_JOBS = 'stream=~"jobs:.*"'
_AGENT_USE = f"sum(parley_agent_jobs_running{{{INSTANCE}}}) / sum(parley_agent_jobs_limit{{{INSTANCE}}})"
# A worker of speech recognition does one job at a time.
_STT_USE = f"avg(rate(parley_stt_decode_seconds_sum{{{INSTANCE}}}[$window]))"


def _hits(window: str) -> str:
    kept = total(_CACHE, f'{INSTANCE},result="hit"', window)
    return ratio(kept, total(_CACHE, INSTANCE, window))


def _cached(window: str) -> str:
    name = "parley_llm_prompt_tokens_total"
    return ratio(total(name, f'{INSTANCE},cached="yes"', window), total(name, INSTANCE, window))


_FIGURES = [
    figure(
        4,
        "Places left",
        "How many more calls would be taken now without degrading the others.",
        "short",
        Query("max(parley_calls_left)", "calls"),
        decimals=0,
        steps=((None, RED), (1, YELLOW), (3, GREEN)),
    ),
    figure(
        4,
        "Wait for speech recognition",
        "How long speech waited for a worker in the time shown: 95 % waited less.",
        "s",
        Query(quantile(0.95, "parley_stt_queue_seconds", INSTANCE, RANGE), "p95"),
        over_time=False,
        steps=_WAITING,
    ),
    figure(
        4,
        "Wait for an agent worker",
        "How long a transcript waited for a worker in the time shown: 95 % waited less.",
        "s",
        Query(quantile(0.95, "parley_agent_queue_seconds", INSTANCE, RANGE), "p95"),
        over_time=False,
        steps=_WAITING,
    ),
    figure(
        3,
        "Agent workers in use",
        "Of the replies that can be made at a time, how many are being made now.",
        "percentunit",
        Query(_AGENT_USE, "in use"),
        high=1,
        steps=((None, GREEN), (0.7, YELLOW), (0.95, RED)),
    ),
    figure(
        3,
        "Speech from the cache",
        "Of the sentences in the time shown, how many were kept from before and cost nothing.",
        "percentunit",
        Query(_hits(RANGE), "hits"),
        over_time=False,
        high=1,
    ),
    figure(
        3,
        "Language model",
        "Whether the language model answers every agent worker.",
        "bool_yes_no",
        Query(f"min(parley_llm_up{{{INSTANCE}}})", "answers"),
        high=1,
        steps=((None, RED), (1, GREEN)),
    ),
    figure(
        3,
        "Speech recognition",
        "Workers of speech recognition that have their model loaded.",
        "short",
        Query(f"sum(parley_stt_model_loaded{{{INSTANCE}}})", "workers"),
        decimals=0,
        steps=((None, RED), (1, GREEN)),
    ),
]

_QUEUES = [
    lines(
        6,
        "Queues",
        "Jobs that no worker has taken yet, by stream.",
        "short",
        Query(f"max by (stream, group) (parley_stream_lag{{{_JOBS}}})", "{{stream}}"),
        decimals=0,
    ),
    lines(
        6,
        "Jobs in work",
        "Jobs that a worker has taken and not finished, by stream.",
        "short",
        Query(f"max by (stream, group) (parley_stream_pending{{{_JOBS}}})", "{{stream}}"),
        decimals=0,
    ),
    lines(
        6,
        "Oldest job",
        "Age of the first job of each stream: it grows when nobody works.",
        "s",
        Query(f"max by (stream) (parley_stream_oldest_seconds{{{_JOBS}}})", "{{stream}}"),
    ),
    lines(
        6,
        "Waiting, p95",
        "How long a job waited for a worker, or a sentence for a thread: 95 % waited less.",
        "s",
        Query(quantile(0.95, "parley_stt_queue_seconds", INSTANCE), "speech recognition"),
        Query(quantile(0.95, "parley_agent_queue_seconds", INSTANCE), "agent"),
        Query(quantile(0.95, "parley_tts_queue_seconds", INSTANCE), "voice"),
    ),
]

_TIMES = [
    lines(
        6,
        "Speech recognition",
        "Time of one job, and of judging whether a pause ends the turn.",
        "s",
        Query(quantile(0.5, "parley_stt_decode_seconds", INSTANCE), "words, p50", GREEN),
        Query(quantile(0.95, "parley_stt_decode_seconds", INSTANCE), "words, p95", ORANGE),
        Query(quantile(0.95, "parley_stt_endpoint_seconds", INSTANCE), "end of turn, p95"),
    ),
    lines(
        6,
        "Language model",
        "Time from the request to the first token, and to the end of the answer.",
        "s",
        Query(quantile(0.5, "parley_llm_first_token_seconds", INSTANCE), "first token, p50", GREEN),
        Query(quantile(0.95, "parley_llm_first_token_seconds", INSTANCE), "first token, p95", ORANGE),
        Query(quantile(0.95, "parley_llm_seconds", INSTANCE), "answer, p95", RED),
    ),
    lines(
        6,
        "Voice",
        "Time from a sentence's text to its first sound, and to its end.",
        "s",
        Query(quantile(0.5, "parley_tts_first_audio_seconds", INSTANCE), "first sound, p50", GREEN),
        Query(quantile(0.95, "parley_tts_first_audio_seconds", INSTANCE), "first sound, p95", ORANGE),
        Query(quantile(0.95, "parley_tts_sentence_seconds", INSTANCE), "sentence, p95", RED),
    ),
    lines(
        6,
        "Replies",
        "Time from taking a job to the first speech, by what is spoken, and to the last.",
        "s",
        Query(
            quantile(0.95, "parley_agent_first_speech_seconds", INSTANCE, by="kind"),
            "{{kind}}: first speech, p95",
        ),
        Query(quantile(0.95, "parley_agent_job_seconds", INSTANCE), "all of it, p95"),
    ),
]

_WORK = [
    lines(
        6,
        "Tokens",
        "Tokens per second that the language model wrote, and read in prompts, by whether they were in its cache.",
        "short",
        Query(per_second("parley_llm_tokens_total", INSTANCE), "written"),
        Query(
            per_second("parley_llm_prompt_tokens_total", INSTANCE, by="cached"), "prompts, cached: {{cached}}"
        ),
    ),
    lines(
        6,
        "Caches",
        "Of the prompts' tokens and of the sentences, how many were there from before.",
        "percentunit",
        Query(_cached("$window"), "prompts"),
        Query(_hits("$window"), "speech"),
        high=1,
    ),
    lines(
        6,
        "Real-time factor",
        "Seconds of work per second of speech: above 1 an engine cannot keep up with one call.",
        "short",
        Query(mean("parley_stt_real_time_factor", INSTANCE), "speech recognition"),
        Query(mean("parley_tts_real_time_factor", INSTANCE), "voice"),
        decimals=2,
    ),
    lines(
        6,
        "Requests at the local model",
        "Requests that llama-server works on, those that wait for a slot, and those that agents made per second.",
        "short",
        Query("sum(llamacpp:requests_processing)", "in work"),
        Query("sum(llamacpp:requests_deferred)", "waiting"),
        Query(per_second("parley_llm_requests_total", INSTANCE), "made per second"),
    ),
]

_ROOM = [
    lines(
        6,
        "Saturation",
        "Of what the workers can do, how much they do. At 100 % jobs begin to wait.",
        "percentunit",
        Query(_STT_USE, "speech recognition"),
        Query(_AGENT_USE, "agent"),
        high=1,
    ),
    lines(
        6,
        "Limits of admission",
        "What decides whether one more call is taken, as a part of its limit: above 100 % none is.",
        "percentunit",
        Query("max by (signal) (parley_admission_load_ratio)", "{{signal}}"),
    ),
    lines(
        6,
        "Places left",
        "How many more calls would be taken, and how many are in progress.",
        "short",
        Query("max(parley_calls_left)", "left"),
        Query("sum(parley_calls_active)", "in progress"),
        decimals=0,
    ),
    columns(
        6,
        "Calls that found no room",
        "Calls that were not taken in each step, by what was at its limit.",
        "short",
        each_step("parley_admission_overflow_total", 'job="gateway"', "reason"),
        decimals=0,
        nothing="None",
    ),
]

BOARD = Board(
    "parley-workers",
    "workers",
    "Speech recognition, language model and voice: what waits, how long they take, and what room is left.",
    [
        Row(4, _FIGURES),
        Row(7, _QUEUES, "Queues"),
        Row(7, _TIMES, "Times"),
        Row(7, _WORK, "Work"),
        Row(7, JOBS),
        Row(7, WORDS_SO_FAR),
        Row(7, KNOWLEDGE, "Knowledge"),
        Row(7, _ROOM, "Room"),
        Row(6, TROUBLE, "Trouble"),
        Row(6, REMOTE),
    ],
    jobs="stt|agent",
    agents=False,
)
