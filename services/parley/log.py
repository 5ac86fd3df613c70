"""Logs: one line of JSON per thing worth knowing, with the call's id where there is one.

`bind(call=...)` in a task puts the id on everything that the task logs from then on.
"""

import logging
import sys

import msgspec
import structlog
from structlog.contextvars import bind_contextvars as bind
from structlog.typing import FilteringBoundLogger

from parley.privacy import masking

__all__ = ["bind", "configure", "get"]


def get(name: str) -> FilteringBoundLogger:
    """Return the logger of a module: `log.info("call answered", call=call_id)`."""
    logger: FilteringBoundLogger = structlog.get_logger(module=name)
    return logger


def configure(service: str, level: str) -> None:
    """Send every log line, also those of libraries, to stdout as JSON at `level` and above."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _logger, _method, event: {"service": service, **event},
        lambda logger, method, event: masking.current().line(logger, method, event),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setLevel(level.upper())  # a library may have set a level of its own, as bm25s does
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Its debug level prints every frame of the ARI connection; what it says at info we log ourselves.
    logging.getLogger("websockets").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    # What goes wrong with a server is logged by who asks it; this has what it answered, word for word.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)


def _to_json(event: object, **_: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()
