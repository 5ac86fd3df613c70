"""Measures how loaded the stack is, and tells it to the door (admission.py) and to Prometheus."""

import asyncio
import time
from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram

from gateway.admission.admission import Admission, AdmissionSettings, Reason
from gateway.media.metrics import TICK_LATE
from parley.messages import AnyMessage, Speech, Transcript

CALLS_LEFT = Gauge("parley_calls_left", "Calls that could be taken now without degrading the others")
LOAD = Gauge(
    "parley_admission_load_ratio",
    "What is measured, as a part of its limit; above 1 no call is taken",
    ["signal"],
)
OVERFLOWED = Counter(
    "parley_admission_overflow", "Calls that were not taken, by what was at its limit", ["reason"]
)

LOOK_S = 1.0


class Headroom:
    """The load of this gateway and of the workers, as its own calls feel it."""

    def __init__(
        self, settings: AdmissionSettings, active: Callable[[], int], others: Callable[[], int] = lambda: 0
    ) -> None:
        """`active` tells how many calls are in progress here, `others` how many at other gateways."""
        self._admission = Admission(settings)
        self._active = active
        self._others = others
        self._ticks = _Ticks(TICK_LATE)

    def on_message(self, message: AnyMessage) -> None:
        """Take the times in that a worker's message tells."""
        now = time.monotonic()
        if isinstance(message, Transcript):
            self._admission.note("stt_queue", now, message.queue_s)
        elif isinstance(message, Speech) and message.timing is not None and message.turn > 0:
            timing = message.timing
            self._admission.note("first_audio", now, timing.queue_s + timing.llm_s + timing.tts_s)

    def refusal(self, place: bool | None = None) -> Reason | None:
        """Why a new call must not be taken; None to take it. `place`: whether one was found for it (None: unknown)."""
        reason = self._admission.refusal(time.monotonic(), self._active(), self._others(), place)
        if reason is not None:
            OVERFLOWED.labels(reason).inc()
        return reason

    def loaded(self) -> bool:
        """Whether a new call would make the others worse, however many places there are."""
        return self._admission.refusal(time.monotonic(), self._active(), place=True) is not None

    def left(self) -> int:
        """How many more calls there is room for, as far as is known."""
        return self._admission.calls_left(time.monotonic(), self._active(), self._others())

    async def run(self) -> None:
        """Look at the ticks, and tell how many calls are left, for ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Bring the gauges up to date."""
        now = time.monotonic()
        late = self._ticks.late_s()
        if late is not None:
            self._admission.note("tick", now, late)
        loads = self._admission.loads(now)
        for signal in ("tick", "stt_queue", "first_audio"):
            LOAD.labels(signal).set(loads.get(signal, 0.0))
        CALLS_LEFT.set(self.left())


class _Ticks:
    """How late ticks were on average, from one look to the next."""

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram
        self._told = self._now()

    def late_s(self) -> float | None:
        """Seconds; None when there was no tick."""
        count, total = self._now()
        before, self._told = self._told, (count, total)
        if count == before[0]:
            return None
        return (total - before[1]) / (count - before[0])

    def _now(self) -> tuple[float, float]:
        (metric,) = self._histogram.collect()
        values = {sample.name: sample.value for sample in metric.samples}
        name = metric.name
        return values[f"{name}_count"], values[f"{name}_sum"]
