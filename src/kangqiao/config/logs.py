"""Structured logs: one JSON object a line, with the trace and the hospital, without personal data."""

import logging
import re
from typing import Any

import structlog

PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
PERSONAL_KEYS = frozenset(
    {"name", "id_number", "phone", "email", "password", "token", "code", "address", "value", "photo"}
)


def mask_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Drop the values of personal keys and mask ID and phone numbers inside text."""
    for key, value in event.items():
        if key in PERSONAL_KEYS:
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = PERSONAL.sub("***", value)
    return event


PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    mask_personal,
]

structlog.configure(
    processors=[*PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
    },
}
