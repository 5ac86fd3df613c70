"""What is written: chats, and texts that are sent."""

from grafana.generate.panels import Query, columns, lines
from grafana.generate.series import each_step, p50_p95

CHATS = [
    lines(
        4,
        "Chats",
        "Chats that go on, by where they come from.",
        "short",
        Query("sum by (channel) (parley_chat_open)", "{{channel}}"),
        decimals=0,
    ),
    columns(
        4,
        "Chats that ended",
        "Chats that were over in each step, by how they ended.",
        "short",
        each_step("parley_chats_total", "", "outcome"),
        decimals=0,
        nothing="None",
    ),
    columns(
        4,
        "Messages",
        "Messages of chats in each step, by who wrote them.",
        "short",
        each_step("parley_chat_messages_total", "", "who"),
        decimals=0,
        nothing="None",
    ),
    lines(
        4,
        "First sentence",
        "From a message to the first sentence of its answer: half, and 95 %, were faster.",
        "s",
        *p50_p95("parley_chat_first_sentence_seconds", ""),
    ),
    columns(
        4,
        "Refused in chats",
        "What was not done in each step, by why: a page's origin, a wrong token, too much at a time.",
        "short",
        each_step("parley_chat_refused_total", "", "reason"),
        decimals=0,
        nothing="None",
    ),
    columns(
        4,
        "Calls asked for in chats",
        "Calls that visitors of pages asked for and confirmed in each step, by what became of that.",
        "short",
        each_step("parley_chat_calls_total", "", "outcome"),
        decimals=0,
        nothing="None",
    ),
]

TEXTS = [
    columns(
        6,
        "Texts",
        "SMS in each step: taken by the provider, and the parts that they were sent in, each of which is charged for.",
        "short",
        each_step("parley_sms_sent_total", "", name="texts"),
        each_step("parley_sms_parts_total", "", name="parts"),
        decimals=0,
        nothing="None",
    ),
    columns(
        4,
        "Texts not sent",
        "SMS in each step: tries that failed, and texts that are not sent any more, by why.",
        "short",
        each_step("parley_sms_failed_total", "", "reason", name="failed"),
        each_step("parley_sms_dropped_total", "", "reason", name="dropped"),
        decimals=0,
        nothing="None",
    ),
    lines(
        4,
        "Numbers that texts wait for",
        "Numbers whose texts the provider has not taken yet.",
        "short",
        Query("max(parley_sms_waiting)", "waiting"),
        decimals=0,
    ),
    columns(
        4,
        "STOP, START, HELP",
        "Texts in each step by which somebody wants none any more, wants them again, or asks for help.",
        "short",
        each_step("parley_sms_words_total", "", "kind"),
        decimals=0,
        nothing="None",
    ),
    columns(
        6,
        "Texts offered in calls",
        "What callers were to be sent while they called, in each step, by what became of it.",
        "short",
        each_step("parley_call_texts_total", "", "outcome"),
        decimals=0,
        nothing="None",
    ),
]
