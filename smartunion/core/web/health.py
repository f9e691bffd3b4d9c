"""Whether the program is alive and ready, for supervisors and load balancers."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse


def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Exception:  # noqa: BLE001  whatever is wrong with the database, the answer is "not ready"
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})
