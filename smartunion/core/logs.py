"""Logs carry event names and ids; a filter removes what looks like personal data that slipped in."""

import logging
import re

_PATTERNS = [
    (re.compile(r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z])"), "[id]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[phone]"),
]


def redact(text: str) -> str:
    """The text without resident IDs and mobile numbers."""
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return text


class RedactFilter(logging.Filter):
    """Rewrites the finished message of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True
