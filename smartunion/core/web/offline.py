"""The service worker of a page that works without signal: keeps the page and its files; data lives in IndexedDB."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

#: Files of every page of the portal.
_SHELL = (
    "core/vendor/bootstrap.min.css", "core/vendor/bootstrap-icons.min.css", "core/css/tokens.css", "core/css/app.css",
    "core/css/portal.css", "core/css/print.css", "core/js/app.js",
)  # fmt: skip


def service_worker(request: HttpRequest, *, name: str, pages: str, files: tuple[str, ...]) -> HttpResponse:
    """The script. name: of what it keeps; pages: regular expression of the paths kept; files: static ones of the page.

    A browser lets a worker look after addresses below its own alone, so that each page serves it from its own folder.
    """
    values = {"name": name, "pages": pages, "files": [static(one) for one in (*_SHELL, *files)]}
    return render(request, "core/worker.js", values, content_type="text/javascript")
