"""The registry's queues on the desk's first page, and its menu entries."""

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.menu import Entry
from smartunion.core.panels import Panel, PanelRow, PanelRows, first_few
from smartunion.core.templatetags.smartunion import when
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry import queries
from smartunion.ground.registry.models import Membership, Transfer
from smartunion.ground.registry.rules import CertificateKind, MembershipState, Standing, TransferState

_SHOWN = 5


def waiting_transfers(actor: Actor) -> int:
    """How many transfers wait for an answer of this actor's unions."""
    return Transfer.objects.waiting_for(actor).count()


def _transfers(actor: Actor) -> PanelRows | None:
    waiting = Transfer.objects.waiting_for(actor).select_related("person", "to_union", "membership__union")
    rows = [
        PanelRow(
            title=row.person.name, href=reverse("desk:transfer", args=[row.pk]),
            note=f"{row.membership.union.name} → {row.to_union.name}",
            side=when(day) if (day := row.last_day or row.answer_until) else "",
            tone="red" if row.held_by_id else "amber" if row.state == TransferState.ACCEPTED else "",
        )
        for row in waiting.order_by(Coalesce("silent_after", "answer_by"), "pk")[:_SHOWN]
    ]  # fmt: skip
    return PanelRows(total=waiting_transfers(actor), rows=rows, href=reverse("desk:transfers"))


def _pool(actor: Actor) -> PanelRows | None:
    waiting = Membership.objects.filter(
        actor.within("members.edit", "union_path"), state=MembershipState.PREPARATORY
    ).for_lists()
    rows = [
        PanelRow(
            title=row.person.name, href=reverse("desk:person", args=[row.person_id]), side=when(row.started_on),
            note=row.employer.name if row.employer else row.employer_name or row.union.name,
        )
        for row in waiting.order_by("started_on", "pk")[:_SHOWN]
    ]  # fmt: skip
    href = f"{reverse('desk:members')}?state={MembershipState.PREPARATORY.value}"
    return PanelRows(total=waiting.count(), rows=rows, href=href) if rows else None


def _sees_to_unions(actor: Actor) -> bool:
    """Federations decide about terms and certificates, chairs apply for their own union's."""
    return actor.can("registry.edit") or Role.CHAIR in actor.roles


def _terms(actor: Actor) -> PanelRows | None:
    if not _sees_to_unions(actor):
        return None
    today = clock.today()
    ending, number = first_few(queries.ending_terms(actor, today), _SHOWN)
    rows = [
        PanelRow(
            title=row.union.name, href=reverse("desk:union_offices", args=[row.union_id]), side=when(row.ends_on),
            note=str(_("No chair: by-election due")) if row.has_no_chair else row.union.contact_name,
            tone="red" if row.has_ended or row.has_no_chair else "amber",
        )
        for row in ending
    ]  # fmt: skip
    return PanelRows(total=number, rows=rows, href=reverse("desk:terms")) if rows else None


def _certificates(actor: Actor) -> PanelRows | None:
    if not _sees_to_unions(actor):
        return None
    today = clock.today()
    waiting, number = first_few(queries.certificates_to_see_to(actor, today), _SHOWN)
    rows = [
        PanelRow(
            title=row.union.name, href=reverse("desk:union_offices", args=[row.union_id]), note=row.standing.label,
            side=when(row.change_due_on or row.valid_to),
            tone="red" if row.standing in {Standing.CHANGE_LATE, Standing.ENDED} else "amber",
        )
        for row in waiting
    ]  # fmt: skip
    ways = "&".join(
        f"standing={one.value}"
        for one in (Standing.CHANGE_LATE, Standing.ENDED, Standing.CHANGE_DUE, Standing.ENDING)
    )
    href = f"{reverse('desk:certificates')}?kind={CertificateKind.LEGAL_PERSON.value}&{ways}"
    return PanelRows(total=number, rows=rows, href=href) if rows else None


PANELS = (
    Panel(
        key="desk.transfers", title=_("Transfers to answer"), icon="arrow-left-right", permission="members.edit",
        render=_transfers, order=30, empty=_("Nobody waits for a transfer."),
    ),
    Panel(
        key="desk.pool", title=_("Waiting for a union"), icon="hourglass-split", permission="members.edit",
        render=_pool, order=40,
    ),
    Panel(
        key="desk.terms", title=_("Re-elections to prepare"), icon="calendar-event", permission="cases.handle",
        render=_terms, order=50,
    ),
    Panel(
        key="desk.certificates", title=_("Legal persons to see to"), icon="award", permission="cases.handle",
        render=_certificates, order=55,
    ),
)  # fmt: skip

_REGISTRY = _("Unions and members")
ENTRIES = (
    Entry("desk", "desk.home", _("What waits"), "desk:home", "house", order=1, permission="desk.enter"),
    Entry("desk", "desk.tree", _("Union tree"), "desk:tree", "diagram-3", group=_REGISTRY, order=100,
          permission="registry.view"),
    Entry("desk", "desk.unions", _("Unions"), "desk:unions", "people", group=_REGISTRY, order=110,
          permission="registry.view"),
    Entry("desk", "desk.employers", _("Employers"), "desk:employers", "building", group=_REGISTRY, order=120,
          permission="registry.view"),
    Entry("desk", "desk.members", pgettext_lazy("people", "Members"), "desk:members", "person-vcard",
          group=_REGISTRY, order=130,
          permission="members.view"),
    Entry("desk", "desk.platforms", _("Platform workers"), "desk:platforms", "truck", group=_REGISTRY, order=135,
          permission="members.view"),
    Entry("desk", "desk.transfers", _("Transfers"), "desk:transfers", "arrow-left-right", group=_REGISTRY, order=140,
          permission="members.view", badge=waiting_transfers),
    Entry("desk", "desk.terms", _("Terms and re-elections"), "desk:terms", "calendar-event", group=_REGISTRY, order=150,
          permission="registry.view"),
    Entry("desk", "desk.officers", _("Officers"), "desk:officers", "person-badge", group=_REGISTRY, order=152,
          permission="registry.view"),
    Entry("desk", "desk.certificates", _("Certificates"), "desk:certificates", "award", group=_REGISTRY, order=155,
          permission="registry.view"),
    Entry("desk", "desk.restructurings", _("Mergers and splits"), "desk:restructurings", "sign-merge-right",
          group=_REGISTRY, order=160, permission="registry.view"),
)  # fmt: skip
