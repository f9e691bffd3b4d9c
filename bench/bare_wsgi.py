"""The yardstick of `joins.py`: a WSGI loop that inserts one row for each request and commits."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

_here = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    _here.connection.execute("INSERT INTO bare_row (body) VALUES (%s)", [body])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
