"""`python -m tracing`: exports every call as a trace, by OTLP over HTTP. Only wires; see worker.py."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

from parley import log
from parley.bus import Bus
from parley.service import Service, run
from tracing.settings import TracingSettings
from tracing.worker import Tracer

_TIMEOUT_S = 10.0

_log = log.get("tracing")


async def main(settings: TracingSettings, service: Service) -> None:
    """Export until the service is told to stop."""
    bus = Bus.connect(settings.redis_url)
    exporter = OTLPSpanExporter(endpoint=settings.url, headers=settings.headers(), timeout=_TIMEOUT_S)

    def joined() -> None:
        service.ready = True

    _log.info("exporting traces", endpoint=settings.url)
    try:
        await Tracer(bus.event_log(), exporter).run(service.stopping, joined)
    finally:
        await bus.close()


if __name__ == "__main__":
    run("tracing", TracingSettings, main)
