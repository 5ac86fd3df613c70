"""What the records service tells Prometheus of usage and cost: of each entry once, when it is entered first."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge

from parley.event_log import LoggedEvent
from parley.usage.tally import LOCAL
from records.cost.ledger import Entry
from records.cost.prices import Prices

RECOGNISED = Counter(
    "parley_calls_recognised_seconds_total",
    "Callers' audio that was given to recognition, by engine.",
    ["engine"],
)
TOKENS = Counter(
    "parley_calls_tokens_total",
    "Tokens of language models for calls, by engine and what was done with them: read, cached (read before), written.",
    ["engine", "use"],
)
SPOKEN = Counter(
    "parley_calls_spoken_characters_total",
    "Characters that voices were given for calls, by engine; speech that was kept from before is not among them.",
    ["engine"],
)
COST = Counter(
    "parley_calls_cost_total",
    "What engines cost for calls and chats, by the prices in PRICES, in its currency.",
    ["agent", "engine", "currency"],
)
UNPRICED = Counter(
    "parley_calls_unpriced_total", "Requests to engines outside for which PRICES has no price.", ["engine"]
)
BUDGET = Gauge(
    "parley_cost_budget", "What a day may cost (COST_BUDGET_PER_DAY), in the currency of PRICES; 0: all."
)


def begin(logged: Iterable[LoggedEvent], prices: Prices | None) -> None:
    """Have the first cost of an agent be seen as more than none: its calls begin before engines work for them."""
    if prices is not None:
        for item in logged:
            if item.event is not None and item.event.kind == "call_started":
                for engine in {LOCAL, *prices.engines}:
                    COST.labels(str(item.event.data.get("agent", "")), engine, prices.currency)


def count(entries: Iterable[Entry], prices: Prices | None) -> None:
    """Count what was entered."""
    for entry in entries:
        use = entry.use
        if use.part == "stt":
            RECOGNISED.labels(use.engine).inc(use.seconds)
        elif use.part == "llm":
            TOKENS.labels(use.engine, "read").inc(max(0, use.read - use.cached))
            TOKENS.labels(use.engine, "cached").inc(use.cached)
            TOKENS.labels(use.engine, "written").inc(use.written)
        else:
            SPOKEN.labels(use.engine).inc(use.characters)
        if prices is not None and entry.cost is not None:
            COST.labels(entry.agent, use.engine, prices.currency).inc(entry.cost)
        elif prices is not None:
            UNPRICED.labels(use.engine).inc(use.requests)
