"""Structured logs on stderr, with what is bound to the context, and with secrets masked."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from core.redact import redact


def _redacted(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def configure(*, stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Lines for people on a terminal, JSON for machines elsewhere. What Python's parser warns of is
    code that is looked at, and nothing that whoever reads the log could mend."""
    warnings.simplefilter("ignore", SyntaxWarning)
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if stream.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacted,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of one module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger
