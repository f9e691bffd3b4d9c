"""The doors every flow goes through: visible or 404, allowed or 403."""

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import Employer, Membership, Person, TradeUnion
from smartunion.ground.registry.queries.certificates import registrar_of
from smartunion.ground.registry.rules import PART_KINDS, EmployerState

#: Make, rename, change and close branches and groups of one's own union.
PARTS = "registry.parts"


def union_for(actor: Actor, union_id: int, permission: str) -> TradeUnion:
    """The union, if the actor sees it and holds the permission there. Raises NotVisible, NotAllowed."""
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can(permission, path=union.path)
    return union


def registers(actor: Actor, union: TradeUnion) -> bool:
    """Whether the actor acts for the federation that registers the legal person of a union (总工办发〔2020〕20号)."""
    return actor.can("registry.edit", path=_registrar(union).path)


def check_registers(actor: Actor, union: TradeUnion) -> None:
    """Refuse a legal person's certificate to who does not register it. Raises NotAllowed."""
    if not registers(actor, union):
        raise NotAllowed(
            _("The legal person of %(union)s is registered by %(registrar)s.")
            % {"union": union.name, "registrar": _registrar(union).name},
            remedy=_("Apply there: the union’s page of offices leads to the application."),
        )


def _registrar(union: TradeUnion) -> TradeUnion:
    return registrar_of(union) or union.parent or union


def permission_for(kind: str) -> str:
    """What one needs to make or change a union of this kind: its parts are a union's own affair."""
    return PARTS if kind in PART_KINDS else "registry.edit"


def union_to_change(actor: Actor, union_id: int) -> TradeUnion:
    """The union, if the actor sees it and may change one of its kind there. Raises NotVisible, NotAllowed."""
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can(permission_for(union.kind), path=union.path)
    return union


def employer_for(actor: Actor, employer_id: int, permission: str) -> Employer:
    """The employer, if the actor sees it and holds the permission where it lies or over a union covering it.

    Raises NotVisible, NotAllowed.
    """
    employer = get_visible(Employer.objects.visible_to(actor), employer_id)
    if not actor.can(permission, path=employer.territory_path):
        covered = Employer.objects.filter(
            actor.within(permission, "union_links__union__path"), pk=employer.pk, union_links__valid_to=None
        )
        if not covered.exists():
            actor.check_can(permission, path=employer.territory_path)
    return employer


def employer_in_business(employer_id: int) -> Employer:
    """The employer somebody works for from now on, whoever looks after it. Raises NotVisible; InvalidInput naming employer."""
    employer = get_visible(Employer.objects.all(), employer_id)
    if employer.state == EmployerState.CLOSED:
        raise InvalidInput(
            _("%(employer)s is out of business.") % {"employer": employer.name},
            remedy=_("Name the employer she works for now, or leave it empty."), field="employer",
        )  # fmt: skip
    return employer


def membership_for(actor: Actor, membership_id: int, permission: str) -> Membership:
    """The spell with person and union, if the actor sees it and holds the permission in its union.

    Raises NotVisible, NotAllowed.
    """
    visible = Membership.objects.visible_to(actor).select_related("person", "union")
    membership = get_visible(visible, membership_id)
    actor.check_can(permission, path=membership.union_path)
    return membership


def own_or_person_for(actor: Actor, person_id: int, permission: str) -> Person:
    """The actor's own record, or one as `person_for` gives it. Raises NotVisible, NotAllowed."""
    if actor.person_id == person_id:
        return get_visible(Person.objects.visible_to(actor), person_id)
    return person_for(actor, person_id, permission)


def person_for(actor: Actor, person_id: int, permission: str) -> Person:
    """The person, if the actor sees her and holds the permission in a union of hers: the present one when she has
    one, else any former one. Raises NotVisible, NotAllowed.
    """
    person = get_visible(Person.objects.visible_to(actor), person_id)
    spells = Membership.objects.filter(person=person).values_list("union_path", "ended_on")
    current = [path for path, ended_on in spells if ended_on is None]
    paths = current or [path for path, _ended_on in spells] or [""]
    if not any(actor.can(permission, path=path) for path in paths):
        raise NotAllowed
    return person
