"""What became of the workers' jobs."""

from grafana.generate.panels import GREEN, ORANGE, Query, columns, lines
from grafana.generate.queries import INSTANCE, per_second, quantile
from grafana.generate.series import each_step

JOBS = [
    columns(
        6,
        "Speech recognition's jobs",
        "What became of the jobs in each step: speech; silence, noise or hallucination, that is no words; stale: the "
        "caller went on talking.",
        "short",
        each_step("parley_stt_jobs_total", INSTANCE, "outcome"),
        decimals=0,
    ),
    columns(
        6,
        "Agent workers' jobs",
        "What became of the jobs in each step, by what was asked for.",
        "short",
        each_step("parley_agent_jobs_total", INSTANCE, "kind, outcome"),
        decimals=0,
    ),
    lines(
        6,
        "Speech",
        "Seconds of speech per second that were recognised, and that were synthesised.",
        "short",
        Query(per_second("parley_stt_audio_seconds_total", INSTANCE), "recognised"),
        Query(per_second("parley_tts_audio_seconds_total", INSTANCE), "synthesised"),
        decimals=2,
    ),
    lines(
        6,
        "Speech that is kept",
        "Size of the cache of sentences of all agent workers.",
        "bytes",
        Query(f"sum(parley_tts_cache_bytes{{{INSTANCE}}})", "cache"),
    ),
]

WORDS_SO_FAR = [
    columns(
        6,
        "Words while they are spoken",
        "Times that a caller's words so far were asked for in each step, by what became of it; late: dropped.",
        "short",
        each_step("parley_partial_jobs_total", INSTANCE, "outcome"),
        decimals=0,
    ),
    lines(
        6,
        "Time of words so far",
        "How long it takes to write a caller's words so far down, and how long that waited for a worker.",
        "s",
        Query(quantile(0.5, "parley_partial_decode_seconds", INSTANCE), "words, p50", GREEN),
        Query(quantile(0.95, "parley_partial_decode_seconds", INSTANCE), "words, p95", ORANGE),
        Query(quantile(0.95, "parley_partial_queue_seconds", INSTANCE), "wait, p95"),
    ),
    columns(
        6,
        "Prepared ahead",
        "What was prepared on words that were still being spoken, in each step: said (an answer that stands in the "
        "knowledge), model (its prompt was read ahead), nothing; late: dropped.",
        "short",
        each_step("parley_partial_prepared_total", INSTANCE, "outcome"),
        decimals=0,
    ),
    columns(
        6,
        "Foreseen rightly",
        "Whether the words so far were those of the transcript, and the decision prepared on them the one that was "
        "needed, in each step.",
        "short",
        each_step("parley_partial_words_known_total", "", "result", name="words"),
        each_step("parley_partial_decisions_total", INSTANCE, "result", name="decision"),
        decimals=0,
    ),
]

TROUBLE = [
    columns(
        8,
        "Errors",
        "What engines failed at in each step, by kind; and the apologies that callers heard instead of an answer.",
        "short",
        each_step("parley_stt_errors_total", INSTANCE, "kind", name="speech recognition"),
        each_step("parley_llm_errors_total", INSTANCE, "kind", name="language model"),
        each_step("parley_tts_errors_total", INSTANCE, "kind", name="voice"),
        each_step("parley_agent_apologies_total", INSTANCE, name="apologies"),
        decimals=0,
    ),
    columns(
        8,
        "Done twice",
        "Jobs that were taken over from a worker that died or hung, and jobs that were decoded again, in each step.",
        "short",
        each_step("parley_stt_claimed_total", INSTANCE, name="taken over"),
        each_step("parley_stt_second_decodes_total", INSTANCE, name="decoded again"),
        decimals=0,
    ),
    lines(
        8,
        "Failed",
        "Of the last ten minutes' calls and answers, how many failed; what an alert is told by.",
        "percentunit",
        Query("stack:parley_calls_ended:failed_ratio_rate10m", "calls"),
        Query("stack:parley_agent_apologies:ratio_rate10m", "answers"),
    ),
]

REMOTE = [
    lines(
        8,
        "Remote engines that are down",
        "1 while a remote engine counts as down: it is not asked, and the local one does its work.",
        "short",
        Query("max by (engine) (parley_engine_down)", "{{engine}}"),
        decimals=0,
        high=1.2,
        nothing="No remote engine",
    ),
    columns(
        8,
        "Errors of remote engines",
        "Requests to remote engines that failed in each step, by engine and kind.",
        "short",
        each_step("parley_engine_errors_total", "", "engine, kind"),
        decimals=0,
        nothing="None",
    ),
    columns(
        8,
        "Work of remote engines done here",
        "Times that the local engine did a remote one's work in each step, by engine and why.",
        "short",
        each_step("parley_engine_fallbacks_total", "", "engine, kind"),
        decimals=0,
        nothing="None",
    ),
]
