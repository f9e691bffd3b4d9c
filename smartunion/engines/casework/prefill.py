"""Answers we already know: from the register, the account, earlier cases and the service's handler."""

from smartunion.core.clock import local_date
from smartunion.engines.casework.casedata import CaseData, Values
from smartunion.engines.casework.definition import Definition, Field, FieldKind
from smartunion.engines.casework.definition.conditions import is_empty
from smartunion.engines.casework.handlers import PrefillAsk, ServiceHandler
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Membership, Person


def prefilled(definition: Definition, handler: ServiceHandler, ask: PrefillAsk) -> Values:
    """Known answers by question; what is not known is left out."""
    wanted = {field.prefill for field in definition.fields if field.prefill}
    known: Values = {}
    if any(source.startswith(("person.", "account.")) for source in wanted):
        known |= _about(ask)
    if "today" in wanted:
        known["today"] = local_date(ask.at).isoformat()
    if any(source.startswith("handler.") for source in wanted):
        known |= {f"handler.{name}": value for name, value in handler.prefill(ask).items()}
    known |= _earlier({source for source in wanted if source.startswith("case.")}, ask)
    found = {field.key: _fitting(field, known) for field in definition.fields if field.prefill}
    return {key: value for key, value in found.items() if not is_empty(value)}


def _about(ask: PrefillAsk) -> Values:
    known: Values = {}
    user = User.objects.filter(pk=ask.actor.user_id).first() if ask.actor.user_id else None
    if user is not None:
        known |= {"account.name": user.name, "account.mobile": user.mobile}
    person = Person.objects.filter(pk=ask.actor.person_id).first() if ask.actor.person_id else None
    if person is None:
        return known
    known |= {
        "person.name": person.name, "person.mobile": person.mobile, "person.sex": person.sex,
        "person.birth_date": person.birth_date.isoformat() if person.birth_date else None,
    }  # fmt: skip
    spell = (
        Membership.objects.filter(person=person, ended_on=None)
        .select_related("employer", "union__region")
        .first()
    )
    if spell is not None:
        known["person.union"] = {"id": spell.union_id, "name": spell.union.name}
        known["person.address"] = spell.union.address
        if spell.employer is not None:
            known["person.employer"] = {"id": spell.employer.pk, "name": spell.employer.name}
        elif spell.employer_name:
            known["person.employer"] = {"name": spell.employer_name}
    return known


def _earlier(sources: set[str], ask: PrefillAsk) -> Values:
    """Answers of the person's last sent case of another service: "case.<service>.<question>"."""
    known: Values = {}
    for service_key in {source.split(".")[1] for source in sources}:
        sent = CaseFile.objects.of_applicant(ask.actor).filter(service_key=service_key)
        last = sent.exclude(state=CaseState.DRAFT).order_by("-id").first()
        if last is not None:
            form = CaseData.load(last.data).form
            known |= {f"case.{service_key}.{key}": value for key, value in form.items()}
    return known


def _fitting(field: Field, known: Values) -> object:
    """The value if it can stand in this field as raw text; a person's name brings her phone along."""
    value = known.get(field.prefill)
    if field.kind is FieldKind.PERSON and isinstance(value, str):
        mobile = str(known.get(field.prefill.replace(".name", ".mobile")) or "")
        # An account made by a phone alone bears the starred number as its name: that is no name to fill in.
        return {"name": "" if "*" in value else value, "mobile": mobile}
    if field.kind in {FieldKind.TEXT, FieldKind.TEXTAREA, FieldKind.DATE} and isinstance(value, dict):
        return str(value.get("name", ""))
    return value
