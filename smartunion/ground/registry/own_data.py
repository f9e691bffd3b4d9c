"""The registry's chapters of a person's own file."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.core.audit.events import label_of
from smartunion.core.clock import local_date
from smartunion.ground.registry.models import Consent, Membership, Person, PlatformWork, Transfer
from smartunion.ground.registry.queries import looks_at
from smartunion.ground.registry.taking_along import Part, Row

_LOOKS = 2000


def _person(person_id: int) -> Sequence[Row]:
    person = Person.objects.get(pk=person_id)
    fields = (
        "name",
        "sex",
        "birth_date",
        "id_type",
        "resident_id",
        "mobile",
        "ethnicity",
        "education",
        "political_status",
        "employment_status",
        "skill_grade",
        "hukou_type",
        "hukou_place",
        "native_place",
        "is_migrant",
        "is_new_form",
        "trade",
    )
    row: dict[str, object] = {}
    for name in fields:
        field = Person._meta.get_field(name)
        label = pgettext("own data", "Name") if name == "name" else str(getattr(field, "verbose_name", name))
        shown = person.serializable_value(name)
        choices = dict(getattr(field, "flatchoices", ()) or ())
        row[label] = str(choices[shown]) if shown in choices else shown
    return [row]


def _memberships(person_id: int) -> Sequence[Row]:
    spells = (
        Membership.objects.filter(person=person_id)
        .select_related("union", "employer")
        .order_by("started_on", "pk")
    )
    return [
        {
            pgettext("own data", "Union"): spell.union.name,
            pgettext("own data", "Employer"): spell.employer.name if spell.employer else spell.employer_name,
            pgettext("own data", "State"): str(spell.get_state_display()),
            pgettext("own data", "Since"): spell.started_on,
            pgettext("own data", "Until"): spell.ended_on,
        }
        for spell in spells
    ]


def _moves(person_id: int) -> Sequence[Row]:
    moves = (
        Transfer.objects.filter(person=person_id)
        .select_related("to_union", "membership__union")
        .order_by("pk")
    )
    return [
        {
            pgettext("own data", "From"): move.membership.union.name,
            pgettext("own data", "To"): move.to_union.name,
            pgettext("own data", "Asked on"): local_date(move.asked_at),
            pgettext("own data", "State"): str(move.get_state_display()),
            pgettext("own data", "Reason"): move.reason,
            pgettext("own data", "Asked of you"): move.question,
            pgettext("own data", "Your answer"): move.answer,
        }
        for move in moves
    ]


def _platforms(person_id: int) -> Sequence[Row]:
    works = PlatformWork.objects.filter(person=person_id).select_related("platform").order_by("pk")
    return [
        {
            pgettext("own data", "Platform"): work.platform.name,
            pgettext("own data", "Since"): work.started_on,
            pgettext("own data", "Until"): work.ended_on,
        }
        for work in works
    ]


def _consents(person_id: int) -> Sequence[Row]:
    return [
        {
            pgettext("own data", "Purpose"): row.purpose,
            pgettext("own data", "Wording"): row.text_version,
            pgettext("own data", "Given"): row.given_at,
            pgettext("own data", "Withdrawn"): row.withdrawn_at,
        }
        for row in Consent.objects.filter(person=person_id).order_by("pk")
    ]


def _looks(person_id: int) -> Sequence[Row]:
    events = looks_at(Person.objects.get(pk=person_id), limit=_LOOKS, for_herself=True)
    return [
        {
            pgettext("own data", "When"): event.at,
            pgettext("own data", "What"): label_of(event.event),
            pgettext("own data", "Who"): event.actor_name,
            pgettext("own data", "Reason"): event.reason,
        }
        for event in reversed(events)
    ]


CHAPTERS = (
    Part("record", gettext_lazy("What the register holds"), _person),
    Part("memberships", gettext_lazy("Memberships"), _memberships),
    Part("transfers", gettext_lazy("Transfers"), _moves),
    Part("platforms", gettext_lazy("Platforms worked for"), _platforms),
    Part("consents", gettext_lazy("Consents"), _consents),
    Part("looks", gettext_lazy("Who looked at the data or changed them"), _looks),
)
