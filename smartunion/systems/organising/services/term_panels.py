"""The panels beside what a union applies for about its term."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.clock import local_date
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel
from smartunion.ground.registry.flows.officers import members_named
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.queries.certificates import legal_certificate_of
from smartunion.ground.registry.queries.terms import newest_term
from smartunion.ground.registry.rules import MembershipState, Organ, Post, as_written
from smartunion.systems.organising.flows import founding, re_elections


def term_panel(run: CaseRun) -> Panel:
    """The running term, who may vote, and the certificate that holds as long."""
    union = re_elections.union_of(run)
    term, row = newest_term(union), legal_certificate_of(union)
    return Panel(
        _("The registry on the union"),
        [
            Fact(_("Union"), union.name, href=f"/desk/unions/{union.pk}/offices/"),
            Fact(_("Kind"), str(union.get_kind_display())),
            Fact(
                _("Term of office"),
                f"{term.starts_on.isoformat()} – {term.ends_on.isoformat()}"
                if term
                else pgettext("organising", "none"),
                fits=term is not None and term.ends_on > local_date(run.at),
            ),
            *_people(union),
            Fact(
                _("Legal-person certificate"),
                f"{row.number} · {row.valid_to.isoformat() if row.valid_to else '–'}"
                if row
                else pgettext("organising", "none"),
            ),
        ],
    )


def _people(union: TradeUnion) -> list[Fact]:
    """Members and women by count; those whose membership is retained apart, for they have no vote."""
    held = Membership.objects.under(union.path)
    active = held.filter(state=MembershipState.ACTIVE)
    retained = held.filter(state=MembershipState.RETAINED).count()
    facts = [
        Fact(pgettext("organising", "Members"), str(active.count())),
        Fact(_("Of them women"), str(active.filter(person__sex="f").count())),
    ]
    return [*facts, Fact(_("Retained, without vote"), str(retained))] if retained else facts


def candidates_panel(run: CaseRun) -> Panel:
    """Candidates beside the register: whoever stands is a member."""
    union = re_elections.union_of(run)
    slate = founding.candidates_in(run.form)
    names = {one.name: as_written(Organ.COMMITTEE, Post.MEMBER, one.name).name for one in slate}
    found = members_named(union, set(names.values()))
    facts = [
        Fact(
            one.name, _("is a member") if found.get(names[one.name]) else _("is no member"),
            fits=bool(found.get(names[one.name])),
        )
        for one in slate
    ]  # fmt: skip
    return Panel(_("Candidates and members"), facts, _("Whoever stands must be a member."))
