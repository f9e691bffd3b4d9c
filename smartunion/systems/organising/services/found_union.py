"""Founding a union: application, preparatory group, election, approval; then the union stands."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.clock import local_date
from smartunion.core.errors import joined_sentences
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import Step
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, PrefillAsk, Result, ServiceHandler
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING, Act
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import EmployerState, MembershipState, UnionKind
from smartunion.systems.organising import elections
from smartunion.systems.organising.flows import founding
from smartunion.systems.organising.queries.election_rules import election_rules
from smartunion.systems.organising.queries.joint_partners import Partner
from smartunion.systems.organising.queries.modes import mode_sentences
from smartunion.systems.organising.services.found_union_form import FOUND_UNION

__all__ = ["FOUND_UNION", "FoundUnionHandler"]


class FoundUnionHandler(ServiceHandler):
    """Knows the employer, judges the election, sets the union up."""

    key = "found_union"
    outcomes = frozenset({"group", "union"})
    questions = frozenset({"kind", "employer", "uscc", "place", "staff", "union_name", "partners"})
    stations = frozenset({"election", "approve"})
    prefills = frozenset(
        {"employer", "uscc", "address", "place", "staff", "business", "union_name", "kind", "partners"}
    )

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The employer the link names, and the invitation; a finding is turned into its employer for those who may see it."""
        employer = founding.employer_from(ask.context, ask.actor)
        if employer is None:
            return {}
        invitation = founding.invitation_from(ask.context)
        return {"employer": str(employer.pk)} | (
            {"invite": invitation.code} if invitation is not None else {}
        )

    def greeting(self, ask: PrefillAsk) -> str:
        """Which firm the link is for, and what is filled in already."""
        employer = founding.employer_from(ask.context, ask.actor)
        if employer is None:
            return ""
        if founding.invitation_from(ask.context) is not None:
            words = _(
                "For %(employer)s: name, code, address, business and insured people are filled in already."
            )
        else:
            words = _("For %(employer)s: name, code and address are filled in already.")
        return words % {"employer": employer.name}

    def prefill(self, ask: PrefillAsk) -> Values:
        """What the registers know of the employer; head counts only for the invited and those who may see them."""
        employer = founding.employer_from(ask.context, ask.actor)
        if employer is None:
            return {}
        place: Values = {
            "region": employer.region.code if employer.region else "",
            "detail": employer.address,
        }
        if employer.region is not None:
            place["name"] = employer.region.full_name
        known: Values = {
            "employer": {"id": employer.pk, "name": employer.name},
            "uscc": employer.uscc,
            "place": place,
            "business": employer.get_industry_display() if employer.industry else "",
            "union_name": founding.proposed_name(employer.name, UnionKind.INDEPENDENT),
        }
        known |= founding.way_of(employer, ask.actor)
        may_count = Employer.objects.visible_to(ask.actor).filter(pk=employer.pk).exists()
        if may_count or founding.invitation_from(ask.context) is not None:
            known["staff"] = employer.insured_count or employer.staff_count
        return known

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """No union covers the employer yet, it is in business, and nobody else has applied."""
        given = run.form.get("employer")
        number = given.get("id") if isinstance(given, dict) else None
        employer = Employer.objects.filter(pk=number).first() if isinstance(number, int) else None
        return [*self._check_employer(run, employer), *founding.partner_problems(run, employer)]

    def cautions(self, run: CaseRun) -> list[str]:
        """Partners the register does not know: only a firm that is in it is covered; a joint union that is left."""
        return [*founding.partner_cautions(run), *founding.leaving_cautions(run)]

    @staticmethod
    def _check_employer(run: CaseRun, employer: Employer | None) -> list[AnswerProblem]:
        if employer is None:
            return []
        if employer.state == EmployerState.CLOSED:
            return [
                AnswerProblem("employer", _("%(name)s is registered as closed.") % {"name": employer.name})
            ]
        union = registry.union_for_employer(employer, local_date(run.at))
        if union is not None and registry.employers.own_coverage().filter(employer=employer).exists():
            words = _("%(name)s is covered by %(union)s already: its people can join there at once.")
            return [AnswerProblem("employer", words % {"name": employer.name, "union": union.name})]
        running = CaseFile.objects.filter(
            service_key=run.case.service_key,
            employer=employer,
            state__in=RUNNING,
        ).exclude(pk=run.case.pk)
        if running.exists():
            words = _("Somebody of %(name)s has applied already; that application is under way.")
            return [AnswerProblem("employer", words % {"name": employer.name})]
        return []

    def check_step(self, run: CaseRun, step: Step, values: Values) -> list[AnswerProblem]:
        """The election holds; the name is free."""
        if step.key == "election":
            return founding.election_problems(run, values)
        if step.key == "candidates":
            return founding.slate_problems(run, values)
        return []

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The town federation of the employer, or of the place given."""
        place = run.form.get("place")
        return casework.federation_of_employer(run.case.employer) or casework.federation_of_place(
            place if isinstance(place, dict) else {}
        )

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Group approved: a code for its people. Election approved: the union is set up."""
        if outcome == "group":
            return founding.approve_group(run)
        return founding.set_up(run)

    def changed(self, run: CaseRun, act: Act) -> None:
        """A founding that ends without a union gives its finding back to the town."""
        if act in {Act.REFUSE, Act.WITHDRAW}:
            founding.give_back_finding(run)

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """What is known for the next form: members waiting, the group and then the candidates agreed to, the name, today."""
        if step.key == "candidates":
            return {"slate": founding.slate_of_group(run)}
        if step.key == "election":
            people = founding.people_of(run, for_office=False)
            women = people.filter(person__sex="f").count()
            known = {"members": people.count() or "", "women": women or "", "term_years": "5"}
            return known | founding.candidates_by_organ(run)
        if step.key == "approve":
            return {
                "approved_name": run.form.get("union_name", ""),
                "founded_on": local_date(run.at).isoformat(),
                "founding_mode": founding.mode_of(run).value,
            }
        return {}

    def panels(self, run: CaseRun) -> list[Panel]:
        """Registry beside application, and the judgement of the election."""
        panels = [_employer_panel(run)] if run.case.employer is not None else []
        partners = founding.partners_of(run)
        if partners:
            panels.append(_partners_panel(partners))
        if "candidates" in run.data.steps and "election" not in run.data.steps:
            panels.append(_slate_panel(run))
        if "election" in run.data.steps:
            panels.append(election_panel(run))
        return panels


def _employer_panel(run: CaseRun) -> Panel:
    employer = run.case.employer
    assert employer is not None
    form = run.form
    covering = registry.union_for_employer(employer, local_date(run.at))
    staff = employer.insured_count if employer.insured_count is not None else employer.staff_count
    given = form.get("staff")
    near = None if staff is None or not isinstance(given, int) else abs(given - staff) <= max(5, staff // 5)
    people = founding.people_of(run)
    facts = [
        Fact(_("Employer"), employer.name),
        Fact(_("USCC"), employer.uscc, str(form.get("uscc", "")), _same(employer.uscc, form.get("uscc"))),
        Fact(_("Address"), employer.address),
        Fact(_("Insured people"), "" if staff is None else str(staff), str(given or ""), near),
        Fact(
            _("Union covering it"), covering.name if covering is not None else pgettext("organising", "none")
        ),
        Fact(_("Waiting in the pool"), str(people.filter(state=MembershipState.PREPARATORY).count())),
        *_members_already(people.filter(state=MembershipState.ACTIVE).count()),
        *_proposed(employer),
    ]
    return Panel(_("The registry on the employer"), facts)


def _members_already(number: int) -> list[Fact]:
    """People who are members in a joint union, or in another, and work there."""
    return [Fact(_("Members already, who go over"), str(number))] if number else []


def _proposed(employer: Employer) -> list[Fact]:
    """The way of founding proposed for the firm, with its reasons; nothing where it stands on no list."""
    finding = founding.finding_of(employer.pk)
    if finding is None or not finding.mode:
        return []
    page = reverse("coverage:finding", args=[finding.pk])
    return [
        Fact(_("Proposed way of founding"), str(finding.get_mode_display()), href=page),
        Fact(_("Why"), joined_sentences(*mode_sentences(finding.mode_reasons))),
    ]


def _partners_panel(partners: list[Partner]) -> Panel:
    """Whom the joint union will cover, and whom it will not unless something is done first."""
    facts = [
        Fact(
            one.name, one.reason or _("will be covered"), fits=one.why is None,
            href=reverse("desk:employer", args=[one.employer.pk]) if one.employer and one.is_seen else "",
        )
        for one in partners
    ]  # fmt: skip
    note = _(
        "Before you approve, enter firms that are missing in the register, and hand the case on to the federation above"
        " where firms of another place take part. Whoever is left out can be added on the union’s page."
    )
    return Panel(_("Partners of the joint union"), facts, note if any(one.why for one in partners) else "")


def _slate_panel(run: CaseRun) -> Panel:
    """Candidates beside the people who have joined already: whoever stands must be a member."""
    joined = set(founding.people_of(run).values_list("person__name", flat=True))
    facts = [
        Fact(
            row.name,
            _("has joined") if row.name in joined else _("has not joined yet"),
            fits=row.name in joined,
        )
        for row in founding.slate_of(run)
    ]
    return Panel(_("Candidates and members"), facts, _("Whoever stands must be a member."))


def election_panel(run: CaseRun) -> Panel:
    """What was reported of an election beside the rules, with what voids it."""
    rules = election_rules(run.case.path, local_date(run.at))
    ballot = founding.ballot_of(run.data.steps["election"])
    found = elections.check(ballot, rules, today=local_date(run.at))
    wrong = {one.field for one in found if not one.is_hint}
    facts = [
        Fact(line.label, line.words, fits=line.field not in wrong) for line in elections.lines(ballot, rules)
    ]
    facts += [
        Fact(one.source or _("Note"), one.message, fits=None if one.is_hint else False) for one in found
    ]
    note = _("The election holds.") if elections.holds(found) else _("The election does not hold.")
    return Panel(_("Judgement of the election"), facts, f"{note} {rules.source}")


def _same(known: str, given: object) -> bool | None:
    return None if not known or not given else known == given
