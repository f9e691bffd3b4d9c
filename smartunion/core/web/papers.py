"""PDFs over the API: the answer, and what the document says of it."""

from typing import Any, Final

from django.http import HttpResponse

from smartunion.core.files.serving import disposition

#: For `openapi_extra` of a call that answers with `pdf`.
PDF_ANSWER: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "The paper.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to be opened under a name."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = disposition(name)
    return answer
