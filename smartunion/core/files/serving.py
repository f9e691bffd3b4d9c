"""Handing a stored file to the browser; the caller has checked that the actor may have it."""

from urllib.parse import quote

from django.http import StreamingHttpResponse

from smartunion.core.files.intake import stream
from smartunion.core.files.models import StoredFile

#: Shown in the page when asked for; everything else is always a download, whatever its name says.
SHOWN = frozenset({"image/jpeg", "image/png", "application/pdf"})


def file_response(stored: StoredFile, *, show: bool = False) -> StreamingHttpResponse:
    """The content in pieces, never cached by proxies; `show` opens pictures and PDFs in the browser."""
    answer = StreamingHttpResponse(stream(stored), content_type=stored.media_type)
    answer["Content-Length"] = str(stored.size_bytes)
    answer["Content-Disposition"] = disposition(stored.name, show=show and stored.media_type in SHOWN)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def disposition(name: str, *, show: bool = False) -> str:
    """A header that keeps Chinese names in every browser (RFC 6266)."""
    return f"{'inline' if show else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
