"""What the stt worker tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

from parley.errors import ENGINE_ERRORS

_FAST = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)

QUEUE_SECONDS = Histogram(
    "parley_stt_queue_seconds", "From a job's publication until a worker took it.", buckets=_FAST
)
DECODE_SECONDS = Histogram("parley_stt_decode_seconds", "Speech recognition of one job.", buckets=_FAST)
ENDPOINT_SECONDS = Histogram(
    "parley_stt_endpoint_seconds", "Judging one pause for the end of the turn.", buckets=_FAST
)
REAL_TIME_FACTOR = Histogram(
    "parley_stt_real_time_factor",
    "Seconds of speech recognition per second of audio, one observation a job.",
    buckets=(0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 4),
)
ERRORS = Counter("parley_stt_errors_total", "Jobs that an engine failed at, by kind.", ["kind"])
AUDIO_SECONDS = Counter("parley_stt_audio_seconds_total", "Caller audio that was transcribed.")
CLAIMED = Counter("parley_stt_claimed_total", "Jobs taken over from a worker that died or hung.")
SECOND_DECODES = Counter("parley_stt_second_decodes_total", "Decodes beyond a job's first.")
MODEL_LOADED = Gauge("parley_stt_model_loaded", "1 while the model is loaded.", ["model", "device"])
THREADS = Gauge("parley_stt_threads", "Threads that decode one utterance, as set or as measured at start.")
AT_ONCE = Gauge("parley_stt_decodes_at_once", "Utterances decoded at a time, as set or as measured at start.")
JOBS = Counter(
    "parley_stt_jobs_total",
    "Jobs by what became of them: speech; silence, noise, hallucination (no words); stale, expired (dropped), failed, "
    "unreadable; overtaken by another worker; poison, which ended every worker that took it.",
    ["outcome"],
)
PARTIAL_QUEUE_SECONDS = Histogram(
    "parley_partial_queue_seconds",
    "From asking for a caller's words so far until a worker took it.",
    buckets=_FAST,
)
PARTIAL_SECONDS = Histogram(
    "parley_partial_decode_seconds", "Recognition of a caller's words so far.", buckets=_FAST
)
PARTIAL_JOBS = Counter(
    "parley_partial_jobs_total",
    "Times that a caller's words so far were asked for, by what became of it: speech; silence, noise, hallucination "
    "(no words); late (dropped), failed, unreadable.",
    ["outcome"],
)
for _kind in ENGINE_ERRORS:  # counted from nought
    ERRORS.labels(_kind)
