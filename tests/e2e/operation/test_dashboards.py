"""Every query of every dashboard, asked of the Prometheus of a stack that has just taken calls."""

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from caller.errors import CallFailed
from caller.phone.phone import Softphone
from caller.sound.voice import Voice
from grafana.draw.page import draw
from grafana.live import Prometheus
from grafana.read import Asked, Span, dashboards, filled, panels, queries
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, containers
from tests.grafana.promql import selectors

pytestmark = pytest.mark.stack

DASHBOARDS = dashboards()
SHOWN_S = 900.0
STEP_S = 15.0
PATIENT_S = 45.0
# What is empty as long as it has not happened; most counters are there from the beginning, at nought.
NOTHING_HAPPENED = {
    "ALERTS": "no alert is pending or firing",
    "kamailio_calls_given_total": "no edge is before the stack",
    "kamailio_calls_returned_total": "no edge is before the stack",
    "kamailio_calls_without_cell_total": "no edge is before the stack",
    "kamailio_cells": "no edge is before the stack",
    "kamailio_core_rcv_requests_invite": "no edge is before the stack",
    "kamailio_core_rcv_requests_register": "no edge is before the stack",
    "kamailio_requests_refused_total": "no edge is before the stack",
    "kamailio_tcp_current_opened_connections": "no edge is before the stack",
    "kamailio_usrloc_location_contacts": "no edge is before the stack",
    "parley_admission_overflow_total": "there was room for every call",
    "parley_agent_reloads_total": "no agent's files were changed",
    "parley_api_refused_total": "nobody was refused by the API",
    "parley_api_request_seconds_bucket": "nobody asked the API",
    "parley_api_requests_total": "nobody asked the API",
    "parley_ari_request_errors_total": "Asterisk did what it was asked",
    "parley_barge_in_silent_seconds_bucket": "nobody spoke over the agent who did not mean to interrupt",
    "parley_call_texts_total": "no caller was to be sent a text",
    "parley_callbacks_given_up_total": "nobody was to be called back in vain",
    "parley_callbacks_kept_total": "nobody asked to be called back",
    "parley_callbacks_made_total": "nobody was called back",
    "parley_calls_cost_total": "the stack's own engines cost nothing",
    "parley_calls_spoken_characters_total": "all that was said was kept as speech",
    "parley_calls_tokens_total": "no answer was the language model's",
    "parley_calls_unpriced_total": "no engine is remote",
    "parley_chat_calls_total": "no visitor asked for a call",
    "parley_chat_first_sentence_seconds_bucket": "nobody wrote to an agent",
    "parley_chat_messages_total": "nobody wrote to an agent",
    "parley_chat_refused_total": "nobody was refused in a chat",
    "parley_chats_total": "no chat has ended",
    "parley_engine_down": "no engine is remote",
    "parley_fast_path_total": "no question had an answer in an agent's files",
    "parley_lookup_seconds_bucket": "no company was asked who calls",
    "parley_lookups_total": "no company was asked who calls",
    "parley_outcomes_total": "no agent's file names what is to be known after a call",
    "parley_recordings_limit_bytes": "recordings may take what there is",
    "parley_sms_dropped_total": "no text was to be sent",
    "parley_sms_failed_total": "no text was to be sent",
    "parley_sms_parts_total": "no text was to be sent",
    "parley_sms_sent_total": "no text was to be sent",
    "parley_sms_waiting": "no text was to be sent",
    "parley_sms_words_total": "nobody wrote by SMS",
    "parley_tool_calls_total": "the language model needed no tool",
    "parley_topics_found_total": "too few calls have something in common that no agent's file names",
    "parley_traces_total": "traces are sent nowhere unless that is set",
    "parley_webhooks_died_total": "nobody is told by a webhook",
    "parley_webhooks_try_seconds_bucket": "nobody is told by a webhook",
    "parley_webhooks_dead": "nobody is told by a webhook",
    "parley_webhooks_delivered_total": "nobody is told by a webhook",
    "parley_webhooks_failed_total": "nobody is told by a webhook",
    "parley_webhooks_oldest_seconds": "nobody is told by a webhook",
    "parley_webhooks_waiting": "nobody is told by a webhook",
    "parley_transfers_total": "no caller asked for a person",
}


@pytest.fixture
def prometheus() -> Prometheus:
    return Prometheus(os.environ["PROMETHEUS_URL"])


async def interrupting_call(phone: Softphone, voice: Voice) -> None:
    """Speaks over the greeting, hears an answer, says goodbye."""
    witness = await Witness.begin()
    call = await phone.dial("100")
    assert await call.listen(since=call.answered_at, at_most=1.0) is not None
    await call.say(voice.speak("Wait, do you repair phones?"))
    await witness.wait_for("barge_in", outcome="interrupted")
    await witness.wait_for("turn", turn=1)
    await call.listen(silence=1.5, within=20)
    await call.say(voice.speak("Thank you, goodbye."))
    if not await call.ended(30):
        await call.hangup()


async def rejected_call(phone: Softphone) -> None:
    with pytest.raises(CallFailed):
        await phone.dial("999")


def answered(prometheus: Prometheus, query: Asked, **chosen: str) -> bool:
    now = time.time()
    span = Span(now - SHOWN_S, now, STEP_S)
    expr = filled(query.expr, span, **chosen)
    return bool(prometheus.now(expr, now) if query.instant else prometheus.over(expr, span))


def may_be_empty(query: Asked) -> bool:
    plain = filled(query.expr, Span(0.0, SHOWN_S, STEP_S))
    return any(selector.name in NOTHING_HAPPENED for selector in selectors(plain))


def unanswered(
    prometheus: Prometheus, asked: dict[str, list[Asked]], **chosen: str
) -> dict[str, list[Asked]]:
    left = {
        name: [query for query in found if not answered(prometheus, query, **chosen)]
        for name, found in asked.items()
    }
    return {name: found for name, found in left.items() if found}


async def until_answered(
    prometheus: Prometheus, again: Callable[[], Awaitable[None]], within: float = 240.0, **chosen: str
) -> None:
    """Ask until everything has data: the canary calls, samples are scraped, rules evaluated.

    What has none by then may be the series of a gateway that took only one of the calls, and did not grow: `again`.
    """
    deadline = time.monotonic() + within
    patient_until = time.monotonic() + PATIENT_S
    left = {
        name: [query for panel in panels(dashboard) for query in queries(panel) if not may_be_empty(query)]
        for name, dashboard in DASHBOARDS.items()
    }
    while left := await asyncio.to_thread(unanswered, prometheus, left, **chosen):
        lines = [f"{name}: {query.panel}: {query.expr}" for name, found in left.items() for query in found]
        assert time.monotonic() < deadline, "no data:\n" + "\n".join(lines)
        await (asyncio.sleep(5) if time.monotonic() < patient_until else again())


def instances(prometheus: Prometheus) -> str:
    """All instances, as Grafana writes several chosen values: a regular expression within a quoted string."""
    found = {series.labels["instance"] for series in prometheus.now("up", time.time())}
    return "(" + "|".join(re.escape(instance) for instance in sorted(found)).replace("\\", "\\\\") + ")"


async def test_every_query_has_data_when_calls_were_taken(
    phone: PhoneFactory, voice: Voice, prometheus: Prometheus, tmp_path: Path
) -> None:
    caller = await phone()

    async def calls() -> None:
        await interrupting_call(caller, voice)
        await rejected_call(caller)
        await asyncio.sleep(6)

    # A series is seen to grow from its second sample on, so everything happens twice.
    for _ in range(2):
        await calls()
    (canary,) = containers("canary")
    await asyncio.to_thread(canary.restart)
    await until_answered(prometheus, calls)
    await until_answered(prometheus, calls, agent="techstore", instance=instances(prometheus))
    now = time.time()
    for name, dashboard in DASHBOARDS.items():
        picture = tmp_path / f"{name}.png"
        draw(dashboard, prometheus, Span(now - SHOWN_S, now)).savefig(picture)
        assert picture.stat().st_size > 20_000


def test_an_empty_answer_is_no_data(prometheus: Prometheus) -> None:
    query = Asked("", "A", "parley_nobody_has_this_total", "", instant=False)
    assert not answered(prometheus, query)
    assert not may_be_empty(query)
    assert not answered(prometheus, Asked("", "A", "0 / vector(0)", "", instant=True))
