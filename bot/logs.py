"""Logs: what an operator sees of the bot from outside Slack."""

import logging
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import structlog

from bot.core.errors import new_reference
from bot.core.text import clean, clean_lines
from bot.redact import redact

log = structlog.get_logger(__name__)


class _NoSecrets(structlog.stdlib.ProcessorFormatter):
    """The last step before a line is written, so nothing gets past it, whoever logged it."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _visible(_logger: Any, _method: str, event: Any) -> Any:
    """Text from outside cannot reverse a line, colour it or begin a new one. A traceback keeps its lines."""
    return {
        key: (clean_lines if key == "exception" else clean)(value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def set_up_logging(form: str, level: int = logging.INFO) -> None:
    """Structured logs on stderr, one line per event; warnings of other libraries are logged the same way."""
    console = form == "console"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_in_a_line) if console else structlog.processors.format_exc_info,
        _visible,
    ]
    last: Any = structlog.processors.JSONRenderer(default=str)
    if console:
        last = structlog.dev.ConsoleRenderer(colors=_coloured(), exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _NoSecrets(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    # Whatever botocore warns about it also raises, and we log that as a sentence instead of a traceback.
    logging.getLogger("botocore").setLevel(logging.ERROR)
    # We log each failed request ourselves, once.
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    # What cannot be logged must not be printed raw.
    logging.raiseExceptions = False


def _coloured() -> bool:
    """Whether to use colour; https://no-color.org: NO_COLOR set and not empty means no."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _in_a_line(exc_info: Any) -> str:
    """An error for a terminal: what it was and where, without source lines."""
    _, error, trace = exc_info
    frames = reversed(traceback.extract_tb(trace))
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    below = error.__cause__ or error.__context__
    said = "".join(traceback.format_exception_only(error)).strip()
    return f"{said} (at {where})" + (f" after {_in_a_line((None, below, below.__traceback__))}" if below else "")


def catch_everything() -> None:
    """Uncaught errors of every thread go into the log: no traceback on the terminal, no secret in it."""
    sys.excepthook = lambda _kind, error, _trace: _log_unforeseen(error)
    sys.unraisablehook = lambda found: _log_unforeseen(found.exc_value)
    threading.excepthook = lambda found: _log_unforeseen(found.exc_value)


def unforeseen(error: BaseException) -> str:
    """Log the error that ends the program. Returns the sentence for the person who started it."""
    return (
        f"leaverbot ended because of something that we did not foresee (reference {_log_unforeseen(error)}). "
        "The log has the details under that reference."
    )


def _log_unforeseen(error: BaseException | None) -> str:
    reference = new_reference()
    log.error("unexpected error", reference=reference, exc_info=error)
    return reference
