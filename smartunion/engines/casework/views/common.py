"""What the pages share."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from smartunion.core.errors import DomainError
from smartunion.core.web.posted import number_of
from smartunion.engines.casework.flows.filing import AnswersRefused


def errors_of(refusal: DomainError | None) -> dict[str, str]:
    """Sentences by question, from a refusal of answers or of one field."""
    if isinstance(refusal, AnswersRefused):
        return {problem.key: problem.message for problem in refusal.problems}
    if refusal is not None and refusal.field:
        return {refusal.field: str(refusal)}
    return {}


def client_id(posted: Mapping[str, str]) -> UUID:
    """The id the page made, so that a second tap makes no second case; a new one when it is missing or broken."""
    try:
        return UUID(posted.get("client_id", ""))
    except ValueError:
        return uuid4()


def version_of(posted: Mapping[str, str]) -> int:
    """The version of the case the page showed; 0 never matches."""
    return number_of(posted, "version", digits=9)
