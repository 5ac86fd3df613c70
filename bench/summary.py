"""Writes the figures of `bench/results/` into docs/benchmarks.md, docs/insight.md and README.md:
`make bench-pages`.

Nothing by hand: what stands between the marks of a page is made of the results alone.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- figures: written by bench/summary.py -->", "<!-- end of figures -->"
PICTURES = (
    ("conversation", "Where the time of a turn goes"),
    ("capacity", "Latency and processor use against calls at a time"),
)


@dataclass(frozen=True)
class Row:
    """A line of the table: where its figures stand, what it says, and the goal."""

    result: str
    text: str
    goal: str
    figures: tuple[str, ...]
    """Names in the result; several are shown with a slash between."""
    unit: str
    digits: int = 2
    in_readme: bool = False


ROWS = (
    Row("conversation", "voice-to-voice of all turns p50 / p95, one call, local language model", "≤ 0.6 / ≤ 1.2",
        ("all_p50_s", "all_p95_s"), "s", in_readme=True),
    Row("conversation", "turns that the language model answers", "≤ 0.9 / ≤ 1.4",
        ("model_p50_s", "model_p95_s"), "s", in_readme=True),
    Row("conversation", "the same to the agent's first voice, words that bridge the wait included", "",
        ("model_first_voice_p50_s", "model_first_voice_p95_s"), "s"),
    Row("conversation", "turns whose answer is known", "≤ 0.45 / –",
        ("known_p50_s", "known_p95_s"), "s", in_readme=True),
    Row("conversation", "of the model's turns: end of turn found, p50", "", ("model_endpoint_p50_s",), "s"),
    Row("conversation", "transcript, p50", "", ("model_stt_p50_s",), "s"),
    Row("conversation", "first sentence of the answer, p50", "", ("model_llm_p50_s",), "s"),
    Row("conversation", "first speech of that sentence, p50", "", ("model_tts_p50_s",), "s"),
    Row("conversation", "heard in calls: right / refused of what has an answer, wrong of all", "",
        ("right_pct", "refused_pct", "wrong_pct"), "%", 0, in_readme=True),
    Row("conversation", "heard in calls: what has no answer, recognised", "", ("unknown_recognised_pct",), "%", 0),
    Row("conversation", "gateway's clock against the caller's, p50 / p95", "≤ 40",
        ("clock_difference_p50_ms", "clock_difference_p95_ms"), "ms", 0),
    Row("peer", "Parley's time to that of pipecat-ai in the same run: all turns / the model's / interruptions",
        "≤ 0.3 / ≤ 0.55 / –", ("ratio_all", "ratio_model", "ratio_barge_in"), "", in_readme=True),
    Row("peer", "pipecat-ai: all turns p50 / p95", "", ("peer_all_p50_s", "peer_all_p95_s"), "s"),
    Row("peer", "pipecat-ai: right / wrong of all", "", ("peer_right_pct", "peer_wrong_pct"), "%", 0),
    Row("capacity", "calls at a time until the slowest turns take twice as long: known answers / the model in a third",
        "≥ 20 / ≥ 6", ("knee_known", "knee_mixed"), "", 0, in_readme=True),
    Row("beside", "calls beside 50 chats, against the same calls alone in the same run: p50 / p95", "– / ≤ 1.1",
        ("p50_ratio", "p95_ratio"), ""),
    Row("beside", "a chat's answer, from its question to the first words, p50 / p95", "",
        ("chat_answer_p50_s", "chat_answer_p95_s"), "s"),
    Row("barge_in", "caller's first voiced packet → agent silent, p50 / p95", "≤ 120 / ≤ 200",
        ("stop_p50_ms", "stop_p95_ms"), "ms", 0, in_readme=True),
    Row("barge_in", "silence of the agent over an acknowledgement, p50 / p95", "≤ 450 (p50)",
        ("backchannel_gap_p50_ms", "backchannel_gap_p95_ms"), "ms", 0, in_readme=True),
    Row("barge_in", "interruptions missed", "≤ 2", ("missed_pct",), "%", 1, in_readme=True),
    Row("barge_in", "interrupted by what is none", "≤ 2", ("false_pct",), "%", 1, in_readme=True),
    Row("turns", "callers cut off, as callers speak (half of the turns pause within)", "≤ 3",
        ("cut_off_pct",), "%", 1, in_readme=True),
    Row("turns", "of them: hesitating within a sentence / between two clauses", "",
        ("cut_off_open_pct", "cut_off_closed_pct"), "%", 1),
    Row("turns", "the silence after a turn p50 / p95, after a question p50", "",
        ("added_p50_s", "added_p95_s", "question_p50_s"), "s"),
    Row("turns", "callers cut off, read speech with long pauses where it could be over", "",
        ("hard_cut_off_pct",), "%", 1),
    Row("media", "media of a call, 500 calls", "≤ 0.10", ("media_core_pct_per_call_500",), "% of a core", 3),
    Row("media", "media of a call with VAD, 100 / 500 calls", "≤ 0.35",
        ("vad_core_pct_per_call_100", "vad_core_pct_per_call_500"), "% of a core", 3, in_readme=True),
    Row("media", "lateness of a tick p99, 500 calls", "< 5", ("tick_late_p99_ms_500",), "ms", 1, in_readme=True),
    Row("media", "packets lost, 500 calls", "0", ("lost_pct_500",), "%", 2),
    Row("stt", "wrong words, a person over a telephone: transcript / partial words", "≤ 5.5",
        ("wer_human_pct", "partial_wer_human_pct"), "%", 1, in_readme=True),
    Row("stt", "partial words that are the transcript's already, at 100 ms of silence", "",
        ("partial_same_words_pct",), "%", 0),
    Row("stt", "recognition of one utterance, p50: partial words / transcript on one thread / on all", "",
        ("partial_ms", "final_ms", "final_all_threads_ms"), "ms", 0),
    Row("stt", "partial words of one who speaks, every 320 ms", "", ("partial_core_pct",), "% of a core", 1),
    Row("model", "the local language model writes, on one thread / on two", "",
        ("writes_tokens_s_threads_1", "writes_tokens_s_threads_2"), "tokens/s", 1),
    Row("model", "it reads, in steps of 16 / 32 / 64 / 512 tokens", "",
        ("reads_tokens_s_batch_16", "reads_tokens_s_batch_32", "reads_tokens_s_batch_64", "reads_tokens_s_batch_512"),
        "tokens/s", 0),
    Row("vad", "detecting speech, a window of 64 / 512 calls, one thread, ONNX Runtime at 8 kHz", "",
        ("onnx_8k_ms_64", "onnx_8k_ms_512"), "ms", 1),
    Row("vad", "the same with torch", "", ("torch_8k_ms_64", "torch_8k_ms_512"), "ms", 1),
    Row("knowledge", "right passage found first", "≥ 90", ("top1_pct",), "%", 1, in_readme=True),
    Row("knowledge", "answers: right / wrong, as in a call", "wrong ≤ 5",
        ("right_pct", "wrong_pct"), "%", 1, in_readme=True),
    Row("knowledge-0.5b", "the same with the 0.5B model", "", ("right_pct", "wrong_pct"), "%", 1),
    Row("knowledge", "what has no answer, recognised", "≥ 80",
        ("unanswerable_recognised_pct",), "%", 1, in_readme=True),
    Row("knowledge", "right / wrong without a language model, the rest left to it", "",
        ("fast_right_pct", "fast_wrong_pct"), "%", 1),
    Row("knowledge", "right / wrong by the language model alone", "", ("llm_right_pct", "llm_wrong_pct"), "%", 1),
    Row("knowledge", "question → first words to speak, p50: without the model / as in a call", "",
        ("fast_latency_p50_ms", "latency_p50_ms"), "ms", 0),
    Row("knowledge", "second set: right, surely or as near / wrong, as if sure", "≥ 85 / ≤ 3",
        ("second_right_pct", "second_wrong_pct"), "%", 1, in_readme=True),
    Row("knowledge", "second set: what has no answer, recognised / what has one, refused", "≥ 93 / ≤ 8",
        ("second_unknown_recognised_pct", "second_refused_pct"), "%", 1, in_readme=True),
    Row("knowledge", "second set: answered without the language model", "≥ 85", ("second_without_model_pct",), "%", 1),
    Row("knowledge", "the guard: right sentences refused / wrong ones passed", "",
        ("guard_right_refused_pct", "guard_wrong_passed_pct"), "%", 1),
    Row("persons", "who asks for a person, recognised / who does not, transferred", "≥ 97 / ≤ 1",
        ("recognised_pct", "false_pct"), "%", 1, in_readme=True),
    Row("persons", "the same of the half that nobody looked at", "",
        ("held_out_recognised_pct", "held_out_false_pct"), "%", 1),
    Row("persons", "the same in 262 phrasings of five languages that nothing was tuned on", "≥ 97 / ≤ 1",
        ("all_fresh_recognised_pct", "all_fresh_false_pct"), "%", 1, in_readme=True),
    Row("persons", "of these, asked first whether they want a person: who does / who does not", "",
        ("all_fresh_asked_pct", "all_fresh_asked_needlessly_pct"), "%", 1),
    Row("persons", "of these, recognised in English / German / Spanish / French / Italian", "≥ 97",
        ("fresh_recognised_pct", "de_fresh_recognised_pct", "es_fresh_recognised_pct", "fr_fresh_recognised_pct",
         "it_fresh_recognised_pct"), "%", 1),
    Row("persons", "of the 60 to 80 of each, recognised in German / Spanish / French / Italian", "≥ 97",
        ("de_recognised_pct", "es_recognised_pct", "fr_recognised_pct", "it_recognised_pct"), "%", 1),
    Row("persons", "transferred who does not ask, in these", "≤ 1",
        ("de_false_pct", "es_false_pct", "fr_false_pct", "it_false_pct"), "%", 1),
    Row("insight", "what became of a call, told right", "≥ 90", ("outcome_accuracy_pct",), "%", 1, in_readme=True),
    Row("insight", "what a caller wants, put into the right category", "≥ 85", ("category_accuracy_pct",), "%", 1,
        in_readme=True),
    Row("insight", "how a caller feels, macro-F1: all / English / German", "≥ 0.75",
        ("sentiment_macro_f1", "en_sentiment_macro_f1", "de_sentiment_macro_f1"), "", 2, in_readme=True),
    Row("insight", "tags: of those given, right / of those that there are, given", "≥ 0.9 / –",
        ("tags_precision", "tags_recall"), "", 2),
    Row("outbound", "who answers a call that is made, told right", "≥ 95", ("amd_right_pct",), "%", 1, in_readme=True),
    Row("outbound", "the same of English / German / Spanish / French / Italian", "",
        ("en_right_pct", "de_right_pct", "es_right_pct", "fr_right_pct", "it_right_pct"), "%", 1, in_readme=True),
    Row("outbound", "from a person's first word until they are taken for one, p50 / p95", "– / ≤ 1.5",
        ("amd_decision_p50_s", "amd_decision_p95_s"), "s", in_readme=True),
    Row("outbound", "people treated as a machine", "≤ 1", ("person_as_machine_pct",), "%", 1, in_readme=True),
    Row("outbound", "from a person's last word until the agent speaks, p50 / p95", "",
        ("turn_p50_s", "turn_p95_s"), "s"),
    Row("outbound", "machines that the agent begins to greet, before it knows better", "",
        ("machine_greeted_pct",), "%", 1),
    Row("outbound", "messages that begin after the voicemail's beep", "", ("message_after_beep_pct",), "%", 1),
    Row("outbound", "told right: person / voicemail / screening / menu", "",
        ("person_right_pct", "voicemail_right_pct", "screening_right_pct", "menu_right_pct"), "%", 1),
    Row("outbound", "told right without words / people treated as a machine then", "",
        ("wordless_amd_right_pct", "wordless_person_as_machine_pct"), "%", 1),
    Row("injection", "attempts to talk the agent into something; got by them, if the model obeys", "– / 0",
        ("attempts", "obedient_gained"), "", 0),
    Row("injection", "got from the local model", "0", ("model_gained",), "", 0),
    Row("injection", "said by the local one what the company would not", "", ("model_followed_pct",), "%", 1),
    Row("voice", "words of the agent misheard by Whisper over a telephone line: hibari / Piper joe", "",
        ("hibari_wer_pct", "joe_wer_pct"), "%", 1, in_readme=True),
    Row("voice", "first samples of a short sentence: hibari / Piper joe", "",
        ("hibari_short_first_ms", "joe_short_first_ms"), "ms", 0),
    Row("voice", "first samples of a long sentence: hibari / Piper joe", "",
        ("hibari_long_first_ms", "joe_long_first_ms"), "ms", 0),
    Row("voice", "speech of a second takes: hibari / Piper joe", "",
        ("hibari_long_ms_per_s", "joe_long_ms_per_s"), "ms", 0),
    Row("fuzz_rtp", "damaged packets, crashes", "0 crashes", ("packets", "crashes"), "", 0),
    Row("torture", "strange and damaged SIP messages; Asterisk's crashes / hangs", "– / 0 / 0",
        ("messages", "crashes", "hangs"), "", 0),
    Row("torture", "its memory before / after", "", ("memory_before_mb", "memory_after_mb"), "MB", 0),
    Row("fuzz", "damaged events, messages, files and answers, crashes", "0 crashes", ("texts", "crashes"), "", 0),
)  # fmt: skip


def results() -> dict[str, Mapping[str, Any]]:
    """All results there are, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


def lines(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The whole page's tables: figures against goals, and what each was measured on."""
    yield from table(found, ROWS)
    if verdict := capacity(found):
        yield from ("", verdict)
    if limits := found.get("media", {}).get("settings", {}).get("limits", []):
        yield from (
            "",
            "Where the media plane does not keep time, and why:",
            "",
            *(f"- {line}" for line in limits),
        )
    yield from faults(found)
    yield from ("", "| benchmark | when | machine | load before |", "|---|---|---|---|")
    for name, result in found.items():
        machine = result["machine"]
        yield f"| {name} | {machine['when'][:10]} | {machine_of(result)} | {machine['load_1m']} |"


def table(found: Mapping[str, Mapping[str, Any]], rows: Sequence[Row]) -> Iterator[str]:
    """Figures against goals; a row without figures is left out."""
    yield from ("| what | reached | goal |", "|---|---|---|")
    for row in rows:
        figures = found.get(row.result, {}).get("figures", {})
        values = [figures.get(name) for name in row.figures]
        if any(value is None for value in values):
            continue
        reached = " / ".join(f"{value:.{row.digits}f}" for value in values)
        yield f"| {row.text} | {reached} {row.unit} | {row.goal} |"


def capacity(found: Mapping[str, Mapping[str, Any]]) -> str:
    """How many calls at a time the machine bears, and what limits it; empty when that was not measured."""
    settings = found.get("capacity", {}).get("settings", {})
    if not settings.get("verdict"):
        return ""
    limits = [value for name, value in settings.get("stack", {}).items() if name.startswith("ADMISSION_")]
    everybody = " (every call taken: admission control off)" if limits and set(limits) == {"0"} else ""
    return f"Several calls at a time{everybody}, latency at most twice that of one: {settings['verdict']}."


FAULT_COLUMNS = {
    "calls_dropped": "calls dropped",
    "turns_lost": "turns lost",
    "turns_repeated": "said again",
    "longest_silence_s": "longest silence, s",
    "words_lost": "words not kept",
    "new_call_after_s": "next new call greeted after, s",
    "calls_refused": "refused till then",
    "calls_unheard": "answered and silent till then",
}
"""What is told of each fault: the ends of its figures' names, and their columns."""


def faults(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What live calls noticed of each fault, a line each."""
    result = found.get("faults")
    if result is None:
        return
    yield from ("", "What live calls noticed of faults:", "")
    yield f"| fault | live calls | {' | '.join(FAULT_COLUMNS.values())} |"
    yield f"|---|---|{'---|' * len(FAULT_COLUMNS)}"
    for sample in result["samples"]:
        name = sample["fault"]
        cells = [_cell(result["figures"].get(f"{name}_{end}")) for end in FAULT_COLUMNS]
        what = result["settings"]["what"].get(name, "")
        yield f"| `{name}`: {what} | {sample['live_calls']} | {' | '.join(cells)} |"


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.1f}"


def machine_of(result: Mapping[str, Any]) -> str:
    """The machine of a result."""
    machine = result["machine"]
    return f"{machine['usable_cores']} cores of {machine['cpu']}, {machine['memory_gib']} GiB"


def readme(found: Mapping[str, Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """The short version with its pictures, of those in `folder`."""
    if "conversation" in found:
        yield f"On {machine_of(found['conversation'])}, shared with others:"
        yield ""
    yield from table(found, [row for row in ROWS if row.in_readme])
    if verdict := capacity(found):
        yield from ("", verdict)
    for name, text in PICTURES:
        if (folder / f"{name}.png").is_file():
            yield from ("", f"![{text}](bench/results/{name}.png)")


def insight(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is known of calls that are over, and how surely."""
    yield from table(found, [row for row in ROWS if row.result == "insight"])


def replaced(page: str, text: str) -> str:
    """Put `text` between the marks of a page; ValueError when they are missing."""
    body, count = re.subn(
        f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL
    )
    if not count:
        raise ValueError("the marks are missing")
    return body


def main() -> None:
    """Write all pages."""
    found = results()
    for path, text in (
        (ROOT / "docs" / "benchmarks.md", lines(found)),
        (ROOT / "docs" / "insight.md", insight(found)),
        (ROOT / "README.md", readme(found, RESULTS)),
    ):
        path.write_text(replaced(path.read_text(encoding="utf-8"), "\n".join(text)), encoding="utf-8")


if __name__ == "__main__":
    main()
