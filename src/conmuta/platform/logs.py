"""Logs are events with fields, one line each, as JSON. Never the locals of a traceback, and
never what a secret's name holds."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from conmuta.platform.masking import MASK, is_secret

_LINK = re.compile(r"(/accounts/(?:welcome|password/reset/key)/)[^/\s]+")
"""Addresses whose last part sets a password."""


def hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Masks fields named like secrets, and links that open something once, whoever logs them."""
    for name, value in event.items():
        if is_secret(name):
            event[name] = MASK
        elif isinstance(value, str):
            event[name] = _LINK.sub(rf"\1{MASK}", value)
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
]


def configure(level: str) -> None:
    """Sends the library's and our own events to stderr in one form."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("conmuta").setLevel(level)
