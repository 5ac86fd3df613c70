"""Conversations: what callers got, what went wrong in calls, and how good they were."""

from grafana.generate.board import Board, Row
from grafana.generate.panels import GREEN, RED, YELLOW, Query, columns, figure, heat, lines, ranking
from grafana.generate.queries import CALLS, INSTANCE, RANGE, WINDOW, mean, quantile, ratio, total
from grafana.generate.series import each_step, p50_p95

_OUTCOME = "parley_calls_outcome_total"
_TAGS = "parley_calls_tags_total"
_SCORE = "parley_calls_score_ratio"
_PLEASED = "parley_calls_pleased_ratio"
_GOOD = ((None, RED), (0.6, YELLOW), (0.8, GREEN))
_BAD = ((None, GREEN), (0.1, YELLOW), (0.2, RED))


def _share(outcomes: str, window: str = RANGE, by: str = "") -> str:
    """Of all calls and chats, those that became one of these; a regular expression."""
    return ratio(
        total(_OUTCOME, f'{CALLS},outcome=~"{outcomes}"', window, by), total(_OUTCOME, CALLS, window, by)
    )


_FIGURES = [
    figure(
        4,
        "Conversations",
        "Calls and chats that were over, and analysed, in the time shown; those of the canary included.",
        "short",
        Query(f"round({total(_OUTCOME, CALLS)})", "conversations"),
        over_time=False,
        decimals=0,
        nothing="0",
    ),
    figure(
        4,
        "Contained",
        "Of them, how many the agent dealt with by itself: it resolved them, or took a message.",
        "percentunit",
        Query(_share("resolved|message_taken"), "contained"),
        over_time=False,
        high=1,
        steps=_GOOD,
        nothing="no calls",
    ),
    figure(
        4,
        "Handed over",
        "Of them, how many people had.",
        "percentunit",
        Query(_share("handed_over"), "handed over"),
        over_time=False,
        high=1,
        nothing="no calls",
    ),
    figure(
        4,
        "Not known",
        "Of them, those in which what was asked last, or half of it, was not known.",
        "percentunit",
        Query(_share("unknown_answer"), "not known"),
        over_time=False,
        high=1,
        steps=_BAD,
        nothing="no calls",
    ),
    figure(
        4,
        "Given up or failed",
        "Of them, those that callers gave up before they had an answer, or that broke off.",
        "percentunit",
        Query(_share("abandoned|failed"), "given up or failed"),
        over_time=False,
        high=1,
        steps=_BAD,
        nothing="no calls",
    ),
    figure(
        4,
        "Score",
        "How good calls were in the time shown: half of them were better.",
        "percentunit",
        Query(quantile(0.5, _SCORE, CALLS, RANGE), "p50"),
        over_time=False,
        high=1,
        steps=_GOOD,
        nothing="no calls",
    ),
]

_OUTCOMES = [
    columns(
        8,
        "What became of them",
        "Calls and chats in each step, by what became of them.",
        "short",
        each_step(_OUTCOME, CALLS, "outcome"),
        decimals=0,
    ),
    columns(
        8,
        "How they came",
        "Calls and chats in each step, by channel.",
        "short",
        each_step(_OUTCOME, CALLS, "channel"),
        decimals=0,
    ),
    lines(
        8,
        "Contained, by agent",
        "Of the calls and chats that each point looks back over, how many the agent dealt with by itself; where two "
        "versions of it share its calls, of each.",
        "percentunit",
        Query(_share("resolved|message_taken", WINDOW, "agent, variant"), "{{agent}} {{variant}}"),
        high=1,
    ),
]

_WRONG = [
    ranking(
        8,
        "What happened in them",
        "Calls and chats with each tag in the time shown.",
        "short",
        Query(f"sort_desc({total(_TAGS, CALLS, by='tag')})", "{{tag}}"),
        decimals=0,
    ),
    columns(
        8,
        "Tags over time",
        "Calls and chats in each step, by tag.",
        "short",
        each_step(_TAGS, CALLS, "tag"),
        decimals=0,
    ),
    columns(
        8,
        "Not analysed",
        "Calls in each step that could not be analysed, and calls that wait for it.",
        "short",
        each_step("parley_calls_analysis_failed_total", INSTANCE, name="failed"),
        Query(f"max(parley_calls_to_analyse{{{INSTANCE}}})", "wait"),
        decimals=0,
    ),
]

_READ = [
    columns(
        8,
        "What they were about",
        "Calls and chats in each step, by the agent's categories or topics; and topics that were found.",
        "short",
        each_step("parley_calls_category_total", CALLS, "category"),
        each_step("parley_topics_found_total", CALLS, name="topics found"),
        decimals=0,
    ),
    lines(
        8,
        "How callers felt",
        "How pleased callers were: the mean over calls, by agent. Half is neither pleased nor displeased.",
        "percentunit",
        Query(mean(_PLEASED, CALLS, by="agent"), "{{agent}}"),
        high=1,
    ),
    columns(
        8,
        "Read by agent workers",
        "Calls and chats in each step that agent workers have read, by what came of it; those that nobody has; "
        "and second opinions of the language model.",
        "short",
        each_step("parley_calls_read_total", "", "outcome"),
        each_step("parley_calls_unread_total", INSTANCE, name="unread"),
        each_step("parley_calls_opinions_total", "", "outcome", name="second opinion"),
        decimals=0,
    ),
]

_SCORES = [
    lines(
        12,
        "Score over time",
        "How good calls were: half, and 95 %, were below.",
        "percentunit",
        *p50_p95(_SCORE, CALLS),
        high=1,
    ),
    heat(
        12,
        "Scores",
        "How many calls had which score.",
        "percentunit",
        f"sum by (le) (increase({_SCORE}_bucket{{{CALLS}}}[$__interval]))",
    ),
]

_USE = [
    columns(
        8,
        "Cost",
        "What engines outside cost in each step, by engine, by the prices of PRICES and in their currency.",
        "short",
        each_step("parley_calls_cost_total", CALLS, "engine"),
        decimals=2,
    ),
    lines(
        8,
        "Cost of a day",
        "What engines outside have cost in the 24 hours before, and what they may (COST_BUDGET_PER_DAY); 0: anything.",
        "short",
        Query(total("parley_calls_cost_total", CALLS, "1d", "currency"), "{{currency}}"),
        Query(f"max(parley_cost_budget{{{INSTANCE}}})", "budget", RED, dashed=True),
    ),
    columns(
        8,
        "Requests without a price",
        "Requests to engines outside in each step for which PRICES has no price, by engine: the cost is higher.",
        "short",
        each_step("parley_calls_unpriced_total", INSTANCE, "engine"),
        decimals=0,
    ),
]

_USED = [
    columns(
        8,
        "Recognised",
        "Callers' audio in each step that was given to recognition, by engine.",
        "s",
        each_step("parley_calls_recognised_seconds_total", INSTANCE, "engine"),
    ),
    columns(
        8,
        "Tokens",
        "Tokens of language models in each step for calls, by engine: read, of those read before, and written.",
        "short",
        each_step("parley_calls_tokens_total", INSTANCE, "engine, use"),
        decimals=0,
    ),
    columns(
        8,
        "Spoken",
        "Characters in each step that voices were given, by engine.",
        "short",
        each_step("parley_calls_spoken_characters_total", INSTANCE, "engine"),
        decimals=0,
    ),
]

BOARD = Board(
    uid="parley-conversations",
    title="conversations",
    description="What callers got, what went wrong, and how good calls were.",
    rows=(
        Row(4, _FIGURES),
        Row(8, _OUTCOMES),
        Row(8, _WRONG, "What went wrong"),
        Row(8, _READ, "What they were about"),
        Row(8, _SCORES, "How good they were"),
        Row(8, _USE, "What they cost"),
        Row(8, _USED),
    ),
    jobs="records",
)
