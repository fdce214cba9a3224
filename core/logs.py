"""Structured logs: one JSON line an event, with the request id, ids instead of names."""

import logging
import sys
from contextvars import ContextVar

import structlog

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def bind_request_id(request_id: str | None) -> None:
    """Name the request, job run or command that everything from here on belongs to."""
    _request_id.set(request_id)
    structlog.contextvars.clear_contextvars()
    if request_id:
        structlog.contextvars.bind_contextvars(request_id=request_id)


def current_request_id() -> str | None:
    return _request_id.get()


def configure(level: str) -> None:
    """Send logs to standard error as JSON lines; tracebacks show code, never values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s", force=True)
    for talkative in ("alembic", "apscheduler", "httpcore", "httpx"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose events carry ``source=name``."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(source=name)
    return bound
