"""What is counted of chats."""

from prometheus_client import Counter, Gauge, Histogram

OPEN = Gauge("parley_chat_open", "Chats that go on, by where they come from.", ["channel"])
ENDED = Counter(
    "parley_chats_total",
    "Chats that are over, by agent, channel and how they ended.",
    ["agent", "channel", "outcome"],
)
MESSAGES = Counter(
    "parley_chat_messages_total", "Messages of chats, by channel and who wrote them.", ["channel", "who"]
)
FIRST_SENTENCE = Histogram(
    "parley_chat_first_sentence_seconds",
    "From a message to the first sentence of its answer.",
    ["agent", "channel"],
    buckets=(0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 45),
)
REFUSED = Counter(
    "parley_chat_refused_total", "What visitors asked for that was not done, by why.", ["reason"]
)
CALLS = Counter(
    "parley_chat_calls_total",
    "Calls that visitors of pages asked for and confirmed, by agent and what became of that: ringing, or why not.",
    ["agent", "outcome"],
)
WORDS = Counter(
    "parley_sms_words_total",
    "Texts by which somebody wants none any more, wants them again, or asks for help.",
    ["kind"],
)
