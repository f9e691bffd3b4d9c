"""PDFs and other files over the API: the answer, and what the document says of it."""

from typing import Any, Final

from django.http import HttpResponse

from smartunion.core.files.serving import disposition


def file_answer(media_type: str, description: str) -> dict[str, Any]:
    """For `openapi_extra` of a call that answers with a file of that kind."""
    schema = {"type": "string", "format": "binary"}
    return {"responses": {200: {"description": description, "content": {media_type: {"schema": schema}}}}}


#: For `openapi_extra` of a call that answers with `pdf`.
PDF_ANSWER: Final[dict[str, Any]] = file_answer("application/pdf", "The paper.")
#: For `openapi_extra` of a call that answers with the result file of a change for many.
RESULT_ANSWER: Final[dict[str, Any]] = file_answer(
    "text/csv", "One line a record: what became of it, and why not."
)


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to be opened under a name."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = disposition(name)
    return answer
