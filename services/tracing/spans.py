"""A trace as OpenTelemetry's spans: one for the call, in it one for everything said and for every turn and its stages.

Ids follow from the call's, so a call that is exported twice, after a crash for instance, is still one trace.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

from tracing.timeline import Moment, Trace

_RESOURCE = Resource({"service.name": "parley"})
_SCOPE = InstrumentationScope("parley.tracing")
_FAILED = ("failed", "lost")
"""Outcomes of a call that are nobody's will."""


def spans_of(trace: Trace) -> list[ReadableSpan]:
    """Return a call's spans, the call's own first."""
    return list(_Spans(trace).all())


class _Spans:
    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._trace_id = _number(trace.call, 16)

    def all(self) -> Iterator[ReadableSpan]:
        trace = self._trace
        attributes = {
            "parley.call": trace.call,
            "parley.agent": trace.agent,
            "parley.caller": trace.caller,
            "parley.extension": trace.extension,
            "parley.outcome": trace.outcome,
        }
        events = tuple(_event(moment) for moment in trace.moments)
        root = self._context("call")
        whole = (trace.start, trace.end)
        yield self._span("call", None, times=whole, attributes=attributes, context=root, events=events)
        for i, said in enumerate(trace.speeches):
            about: dict[str, AttributeValue] = {"parley.text": said.text, "parley.whole": said.whole}
            own = self._context(f"{said.who} {i}")
            yield self._span(
                f"{said.who} speaks", root, times=(said.start, said.end), attributes=about, context=own
            )
        for turn in trace.turns:
            own = self._context(f"turn {turn.revision}")
            numbers = {"parley.turn": turn.number, "parley.revision": turn.revision}
            yield self._span("turn", root, times=(turn.start, turn.end), attributes=numbers, context=own)
            for stage in turn.stages:
                inner = self._context(f"turn {turn.revision} {stage.name}")
                span = (stage.start, stage.end)
                yield self._span(stage.name, own, times=span, attributes=numbers, context=inner)

    def _context(self, name: str) -> SpanContext:
        span_id = _number(f"{self._trace.call} {name}", 8)
        return SpanContext(
            self._trace_id, span_id, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED)
        )

    def _span(
        self,
        name: str,
        parent: SpanContext | None,
        *,
        times: tuple[float, float],
        attributes: Mapping[str, AttributeValue],
        context: SpanContext,
        events: tuple[Event, ...] = (),
    ) -> ReadableSpan:
        failed = parent is None and self._trace.outcome in _FAILED
        return ReadableSpan(
            name=name,
            context=context,
            parent=parent,
            resource=_RESOURCE,
            attributes=attributes,
            events=events,
            kind=SpanKind.INTERNAL if parent else SpanKind.SERVER,
            status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
            start_time=_nanoseconds(times[0]),
            end_time=_nanoseconds(times[1]),
            instrumentation_scope=_SCOPE,
        )


def _event(moment: Moment) -> Event:
    plain = {k: v if isinstance(v, str | bool | int | float) else str(v) for k, v in moment.data.items()}
    return Event(moment.kind, plain, _nanoseconds(moment.at))


def _number(text: str, size: int) -> int:
    """An id of `size` bytes; never 0, which means none."""
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest()) or 1


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)
