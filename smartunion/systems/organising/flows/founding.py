"""What a founding brings about: a code for the group's people, then the union with everything that belongs to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import joined_sentences
from smartunion.core.ids import row_id
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun, Result
from smartunion.ground.accounts.flows.users import grant_role
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import service as notices
from smartunion.ground.registry import messages
from smartunion.ground.registry import rules as registry_rules
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.flows.employers import NewEmployer
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.unions.create import NewUnion
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Officer, Term, TradeUnion
from smartunion.ground.registry.rules import (
    FoundingMode,
    LinkKind,
    MembershipState,
    Organ,
    Post,
    UnionKind,
    UnionLevel,
)
from smartunion.systems.organising import elections
from smartunion.systems.organising.elections import Ballot, Elected
from smartunion.systems.organising.flows import drives, findings, invitations, joining_news, letters
from smartunion.systems.organising.founding_modes import mode_of_founding
from smartunion.systems.organising.models import Finding, FoundingInvitation, JoiningDrive, LetterKind
from smartunion.systems.organising.queries import joint_partners
from smartunion.systems.organising.queries.election_rules import election_rules
from smartunion.systems.organising.queries.joint_partners import Partner
from smartunion.systems.organising.rules import CLOSED_BY_FOUNDING, MOVES, FindingKind, FindingState

_HEADS = frozenset({Post.CHAIR.value, Post.ORGANISER.value})
_ORGANS = (("committee", Organ.COMMITTEE), ("audit", Organ.AUDIT), ("women_committee", Organ.WOMEN))


def employer_from(context: Mapping[str, str], actor: Actor) -> Employer | None:
    """The employer a link names: by an invitation, directly, or through a finding the actor may see."""
    invitation = invitation_from(context)
    if invitation is not None:
        return invitation.employer
    number = row_id(context.get("employer", ""))
    if not number and context.get("finding"):
        finding = Finding.objects.visible_to(actor).filter(pk=row_id(context["finding"])).first()
        number = finding.employer_id or 0 if finding is not None else 0
    if not number:
        return None
    return Employer.objects.filter(pk=number).select_related("region").first()


def invitation_from(context: Mapping[str, str]) -> FoundingInvitation | None:
    """The invitation a link names, while it holds."""
    code = context.get("invite", "")
    return invitations.open_invitation(code, clock.today()) if code else None


def proposed_name(employer_name: str, kind: UnionKind) -> str:
    """The usual name of a union: the employer's with 工会, or 联合工会 behind it."""
    return f"{employer_name}联合工会" if kind is UnionKind.JOINT else f"{employer_name}工会"


def way_of(employer: Employer, actor: Actor) -> Values:
    """Where the proposal is to found together: that, and the firms of the village taken up for the same.

    Only for whoever sees the findings; nothing is filled in for a firm that founds alone.
    """
    seen = Finding.objects.visible_to(actor).filter(kind=FindingKind.NO_UNION)
    own = seen.filter(subject_key=f"employer:{employer.pk}", mode=FoundingMode.JOINT).exists()
    if not own or employer.region_id is None:
        return {}
    others = seen.filter(
        mode=FoundingMode.JOINT, state=FindingState.TAKEN_UP, employer__region_id=employer.region_id
    ).exclude(employer=employer)
    firms = [
        one.employer
        for one in others.select_related("employer").order_by("-score", "pk")[:30]
        if one.employer
    ]
    return {"kind": "joint", "partners": [{"name": name} for name in joint_partners.written_for(firms)]}


def finding_of(employer_id: int | None) -> Finding | None:
    """What says that an employer has no union, whatever its state."""
    return Finding.objects.filter(kind=FindingKind.NO_UNION, subject_key=f"employer:{employer_id}").first()


def mode_of(run: CaseRun) -> FoundingMode:
    """The way of this founding: as applied for, in the finer words of the proposal where both agree."""
    finding = finding_of(run.case.employer_id)
    return mode_of_founding(str(run.form.get("kind", "")), finding.mode if finding else "")


def ballot_of(values: Values) -> Ballot:
    """The result as reported in the form of the step."""
    organs = {key: tuple(elected_in(values, key)) for key, _organ in _ORGANS}
    return Ballot(
        held_on=date.fromisoformat(str(values["held_on"])), members=_number(values, "members"),
        women=_number(values, "women"), due=_number(values, "due"), present=_number(values, "present"),
        term_years=int(str(values.get("term_years", 0))), committee=organs["committee"], audit=organs["audit"],
        women_committee=organs["women_committee"], has_relatives=values.get("has_relatives") is True,
        candidates=_number(values, "candidates") if values.get("candidates") is not None else None,
    )  # fmt: skip


def election_problems(run: CaseRun, values: Values) -> list[AnswerProblem]:
    """What voids the election, beside its field, with the rule; hints are left to the office."""
    on = local_date(run.at)
    found = elections.check(ballot_of(values), election_rules(run.case.path, on), today=on)
    return [
        AnswerProblem(one.field, f"{one.message}（{one.source}）" if one.source else one.message)
        for one in found
        if not one.is_hint
    ]


@dataclass(frozen=True)
class Candidate:
    """Somebody who stands for an organ."""

    name: str
    organ: str
    post: str


def slate_of(run: CaseRun) -> list[Candidate]:
    """The candidates reported to the higher union, in order."""
    return candidates_in(run.data.steps.get("candidates", {}))


def slate_problems(run: CaseRun, values: Values) -> list[AnswerProblem]:
    """The congress lies ahead; nobody stands twice for one organ; one chair at most is proposed for the committee."""
    found = []
    if date.fromisoformat(str(values["planned_on"])) < local_date(run.at):
        found.append(
            AnswerProblem("planned_on", _("The congress is held after the higher union has agreed."))
        )
    slate = candidates_in(values)
    twice = sorted({one.name for one in slate if _stands_twice(one, slate)})
    if twice:
        words = _("%(names)s is named twice for the same organ.") % {"names": "、".join(twice)}
        found.append(AnswerProblem("slate", words))
    if not any(one.organ == "committee" for one in slate):
        found.append(AnswerProblem("slate", _("Name the candidates for the committee.")))
    return found


def slate_of_group(run: CaseRun) -> list[Values]:
    """The members of the preparatory group as a first list of candidates, so that nobody types them again."""
    return [
        {"name": str(row.get("name", "")), "organ": "committee", "post": "member"}
        for row in _rows(run.form.get("group"))
    ]


def candidates_by_organ(run: CaseRun) -> Values:
    """The candidates agreed to as rows of the report on the election; who was not elected is taken out there."""
    found: dict[str, list[Values]] = {}
    for one in slate_of(run):
        found.setdefault(one.organ, []).append({"name": one.name, "post": one.post})
    return dict(found)


def candidates_in(values: Values) -> list[Candidate]:
    """Who stands, as written in a form, in order."""
    return [
        Candidate(str(row.get("name", "")), str(row.get("organ", "")), str(row.get("post", "")))
        for row in _rows(values.get("slate"))
    ]


def _stands_twice(one: Candidate, slate: list[Candidate]) -> bool:
    return sum((other.name, other.organ) == (one.name, one.organ) for other in slate) > 1


def employers_of(run: CaseRun, *, for_office: bool = True) -> list[Employer]:
    """The employer of the case and, in a joint founding, the partners the union will cover; empty while none is known.

    for_office: firms out of the office's reach are left out; an applicant sees none of them, and hers count all.
    """
    named = partners_of(run, for_office=for_office)
    partners = [one.employer for one in named if one.employer is not None and one.why is None]
    return [*([run.case.employer] if run.case.employer is not None else []), *partners]


def people_of(run: CaseRun, *, for_office: bool = True) -> "QuerySet[Membership]":
    """Who votes: people of the employers that found who wait in a holding pool, or whom the new union takes over as members.

    Members of a joint union that covered the employer so far come over when its own union stands (`carrying.bring_home`).
    """
    votes = Q(state=MembershipState.PREPARATORY)
    if run.form.get("kind") == "own":
        votes |= Q(state=MembershipState.ACTIVE, union__kind__in=registry_rules.JOINT_KINDS)
    firms = employers_of(run, for_office=for_office)
    return Membership.objects.filter(votes, employer__in=firms, ended_on=None).select_related("person")


def leaving_cautions(run: CaseRun) -> list[str]:
    """A firm that founds alone while a joint union covers it: what becomes of its members there."""
    given = run.form.get("employer")
    number = given.get("id") if isinstance(given, dict) else None
    if run.form.get("kind") != "own" or not isinstance(number, int):
        return []
    words = _(
        "%(union)s covers %(employer)s now. On the day its own union stands this coverage ends, and its members go over to "
        "the new union, with their history."
    )
    links = EmployerLink.objects.filter(employer=number, kind=LinkKind.JOINT, valid_to=None)
    return [
        words % {"union": one.union.name, "employer": one.employer.name}
        for one in links.select_related("union", "employer").order_by("pk")
    ]


def approve_group(run: CaseRun) -> Result:
    """The preparatory group may work: each firm's people get a code that keeps their places; the finding is under way."""
    employer = _employer(run)
    firms = employers_of(run)
    codes = [_group_code(run, firm) for firm in firms]
    _begin_finding(run, employer)
    if len(codes) == 1:
        words = _("Joining code for the time of preparation: %(code)s") % {"code": codes[0]}
    else:
        pairs = [
            _("%(code)s (%(employer)s)") % {"code": code, "employer": firm.name}
            for code, firm in zip(codes, firms, strict=True)
        ]
        words = _("Joining codes for the time of preparation, one for each firm: %(codes)s") % {
            "codes": "、".join(pairs)
        }
    return Result(joined_sentences(words, _left_out(run)), f"/j/{codes[0]}/")


def _group_code(run: CaseRun, employer: Employer) -> str:
    federation = TradeUnion.objects.get(path=run.case.path)
    data = drives.NewDrive(
        federation.pk, _("Joining: %(employer)s (being founded)") % {"employer": employer.name[:60]},
        local_date(run.at), employer_id=employer.pk,
    )  # fmt: skip
    return drives.create_drive(actor=run.actor, data=data, at=run.at).code


def set_up(run: CaseRun) -> Result:
    """The union stands: number, coverage, officers, certificate, members from the pool, joining code, messages.

    Everything in the transaction of the approval. Raises what the registry refuses (a name taken, …).
    """
    union = _create(run)
    ballot = ballot_of(run.data.steps["election"])
    number = letters.number_for(run)
    term = _enter_term(run, union, ballot, number)
    letters.issue(run, LetterKind.FOUNDING, number, term=term)
    certificate = registry.certificates.issue(
        actor=run.actor, union_id=union.pk, at=run.at,
        data=NewCertificate(local_date(run.at), approval_number=number),
    )  # fmt: skip
    _take_in_waiting(run, union)
    _close_group_codes(run)
    only = run.case.employer if union.kind == UnionKind.INDEPENDENT else None
    drive = drives.standing_drive(actor=run.actor, union=union, employer=only, at=run.at)
    _close_findings(run, union)
    to_do = _tell(run, union, term)
    words = _(
        "%(union)s, number %(number)s, certificate %(certificate)s, joining code %(code)s, members %(count)s"
    )
    values_shown = {
        "union": union.name, "number": union.number, "certificate": certificate.number, "code": drive.code,
        "count": Membership.objects.filter(union=union, state=MembershipState.ACTIVE, ended_on=None).count(),
    }  # fmt: skip
    return Result(joined_sentences(words % values_shown, to_do, _left_out(run)), f"/j/{drive.code}/")


def _left_out(run: CaseRun) -> str:
    """Which partners the union does not cover, and what the office does about it; "" when it covers all."""
    names = [
        _("%(name)s (%(why)s)") % {"name": one.name, "why": one.reason}
        for one in partners_of(run)
        if one.why is not None
    ]
    if not names:
        return ""
    words = _("Not covered: %(names)s. What is missing is added on the union’s page.")
    return words % {"names": "、".join(names)}


def give_back_finding(run: CaseRun) -> None:
    """A founding that came to nothing: the finding is with the town again."""
    finding = Finding.objects.filter(case_id=run.case.pk, state=FindingState.FOUNDING).first()
    if finding is not None:
        findings.move(
            finding,
            to_state=FindingState.TAKEN_UP,
            event="founding_ended",
            actor=run.actor,
            at=run.at,
            case_id=None,
        )


def _employer(run: CaseRun) -> Employer:
    """The employer of the case; one that is in no register yet is entered with what the form says."""
    if run.case.employer is not None:
        return run.case.employer
    given, place = run.form.get("employer"), run.form.get("place")
    name = str(given.get("name", "")) if isinstance(given, dict) else ""
    code = str(place.get("region", "")) if isinstance(place, dict) else ""
    region = registry.region_by_code(code) if code else None
    federation = TradeUnion.objects.get(path=run.case.path)
    known = registry.employer_by_uscc(str(run.form.get("uscc", "")))
    if known is None:
        details = {
            "region_id": region.pk if region is not None else federation.territory_id,
            "address": str(place.get("detail", "")) if isinstance(place, dict) else "",
            "staff_count": run.form.get("staff"),
        }  # fmt: skip
        data = NewEmployer(name, str(run.form.get("uscc", "")), details, source=f"case:{run.case.pk}")
        known = registry.employers.create_employer(actor=run.actor, data=data, at=run.at)
    type(run.case).objects.filter(pk=run.case.pk).update(employer=known)
    run.case.employer = known
    return known


def _create(run: CaseRun) -> TradeUnion:
    employer = _employer(run)
    values = run.data.steps["approve"]
    is_joint = run.form.get("kind") == "joint"
    parent = TradeUnion.objects.get(path=run.case.path)
    data = NewUnion(
        name=str(values["approved_name"]), kind=UnionKind.JOINT if is_joint else UnionKind.INDEPENDENT,
        level=UnionLevel.GRASSROOTS, parent_id=parent.pk, region_id=employer.region_id,
        founded_on=date.fromisoformat(str(values["founded_on"])), address=employer.address,
        founding_mode=FoundingMode(str(values.get("founding_mode") or mode_of(run))),
        contact_phone=_phone_of_head(run), source=f"case:{run.case.pk}",
    )  # fmt: skip
    union = registry.unions.create_union(actor=run.actor, data=data, at=run.at)
    kind = LinkKind.JOINT if is_joint else LinkKind.OWN
    for covered in employers_of(run):
        registry.employers.link(
            actor=run.actor, union_id=union.pk, employer_id=covered.pk, kind=kind,
            on=data.founded_on or local_date(run.at), at=run.at, source=f"case:{run.case.pk}",
        )  # fmt: skip
    return union


def _phone_of_head(run: CaseRun) -> str:
    """The phone beside the head's name: the applicant's when she was elected, else that of the member of that name."""
    head = next(
        (one.name for one in ballot_of(run.data.steps["election"]).committee if one.post in _HEADS), ""
    )
    if head == run.data.contact.name:
        return run.data.contact.mobile
    people = [spell.person for spell in people_of(run) if spell.person.name == head]
    return people[0].mobile if len(people) == 1 else ""


def partners_of(run: CaseRun, *, for_office: bool = True) -> list[Partner]:
    """The partners of a joint founding, with whom it will not cover and why; empty for a union of one firm."""
    if run.form.get("kind") != "joint":
        return []
    return joint_partners.partners_of(run.form, run.case.employer, run.actor if for_office else None)


def partner_problems(run: CaseRun, employer: Employer | None) -> list[AnswerProblem]:
    """Names whoever typed them must choose anew; firms the register does not know yet are left to the office."""
    if run.form.get("kind") != "joint":
        return []
    return [
        AnswerProblem("partners", _("“%(name)s”: %(why)s. %(remedy)s")
                      % {"name": one.name, "why": one.reason, "remedy": one.remedy})
        for one in joint_partners.partners_of(run.form, employer)
        if one.remedy
    ]  # fmt: skip


def partner_cautions(run: CaseRun) -> list[str]:
    """What whoever names a firm the register does not know is told before the answers are sent."""
    if run.form.get("kind") != "joint":
        return []
    given = run.form.get("employer")
    number = given.get("id") if isinstance(given, dict) else None
    employer = Employer.objects.filter(pk=number).first() if isinstance(number, int) else None
    words = _(
        "“%(name)s” is not in the register of employers. Check the name against its business licence, or write its code; "
        "if it is right, the union above enters the firm first, else the joint union does not cover it."
    )
    partners = joint_partners.partners_of(run.form, employer)
    return [words % {"name": one.name} for one in partners if one.why == joint_partners.Why.UNKNOWN]


def _enter_term(run: CaseRun, union: TradeUnion, ballot: Ballot, number: str) -> Term:
    by_name: dict[str, list[int]] = {}
    here = Membership.objects.filter(union=union, state=MembershipState.ACTIVE, ended_on=None)
    for spell in [*people_of(run), *here.select_related("person")]:
        by_name.setdefault(spell.person.name, []).append(spell.person_id)
    data = term_of(
        run, ballot, number,
        lambda organ, post, name: registry_rules.Elected(organ, post, name, _only(by_name.get(name, []))),
    )  # fmt: skip
    return registry.officers.set_term(actor=run.actor, union_id=union.pk, data=data, at=run.at)


def term_of(
    run: CaseRun, ballot: Ballot, number: str, officer: Callable[[Organ, Post, str], registry_rules.Elected]
) -> NewTerm:
    """The term a ballot begins. number: of the letter that approves it; officer: who holds a post, from organ, post and the
    name as written.
    """
    officers = [
        officer(organ, Post(one.post), one.name)
        for organ, elected in (
            (Organ.COMMITTEE, ballot.committee), (Organ.AUDIT, ballot.audit), (Organ.WOMEN, ballot.women_committee)
        )
        for one in elected
    ]  # fmt: skip
    return NewTerm(
        starts_on=ballot.held_on, years=ballot.term_years, officers=officers, elected_on=ballot.held_on,
        due_count=ballot.due, present_count=ballot.present, source=f"case:{run.case.pk}",
        approval_number=number,
    )  # fmt: skip


def _only(ids: list[int]) -> int | None:
    return ids[0] if len(ids) == 1 else None


def _take_in_waiting(run: CaseRun, union: TradeUnion) -> None:
    """People of its employers who waited in the pool become members of their union that day."""
    spells = list(people_of(run).filter(state=MembershipState.PREPARATORY))
    actor, on = with_all_rights(run.actor), local_date(run.at)
    for spell in spells:
        registry.memberships.activate(
            actor=actor, membership_id=spell.pk, on=on, at=run.at, union_id=union.pk
        )


def _close_group_codes(run: CaseRun) -> None:
    """The codes of the time of preparation lead to the pool; from now on the union's own one counts."""
    open_codes = JoiningDrive.objects.filter(
        employer__in=employers_of(run), path=run.case.path, closed_at=None
    )
    for drive in open_codes:
        drives.close_drive(actor=run.actor, drive_id=drive.pk, reason=_("The union stands."), at=run.at)


def _begin_finding(run: CaseRun, employer: Employer) -> None:
    finding = Finding.objects.filter(kind=FindingKind.NO_UNION, subject_key=f"employer:{employer.pk}").first()
    if finding is None or finding.state == FindingState.CLOSED:
        return
    if FindingState.FOUNDING not in MOVES[FindingState(finding.state)]:
        finding = findings.move(
            finding, to_state=FindingState.TAKEN_UP, event="taken_up", actor=run.actor, at=run.at
        )
    findings.move(
        finding,
        to_state=FindingState.FOUNDING,
        event="founding",
        actor=run.actor,
        at=run.at,
        case_id=run.case.pk,
    )


def _close_findings(run: CaseRun, union: TradeUnion) -> None:
    """The findings of every employer the union covers; a partner whose own founding is under way keeps hers."""
    covered = union.employer_links.filter(valid_to=None).values_list("employer_id", flat=True)
    keys = [f"employer:{pk}" for pk in covered]
    found = Finding.objects.filter(kind=FindingKind.NO_UNION, subject_key__in=keys)
    found = found.exclude(state=FindingState.CLOSED)
    for finding in found.exclude(~Q(case_id=run.case.pk), state=FindingState.FOUNDING).order_by("pk"):
        closed = findings.move(
            finding, to_state=FindingState.CLOSED, event="founded", actor=run.actor, at=run.at,
            closed_because=CLOSED_BY_FOUNDING, closed_at=run.at,
        )  # fmt: skip
        findings.record_closed(closed, actor=run.actor, at=run.at)


def _tell(run: CaseRun, union: TradeUnion, term: Term) -> str:
    """Everybody elected is told, and the head's account keeps the union. Returns what is to be done where she has none."""
    for post in Officer.objects.filter(term=term).select_related("term__union").order_by("pk"):
        messages.tell_post_taken(post, run.at)
    head = head_of(term, local_date(run.at))
    if head is None:
        return ""
    user_id = _applicant_elected(run, head) or account_of(head)
    if user_id is None:
        return without_account(head)
    keep(run, union, user_id)
    notices.tell(
        template=joining_news.UNION_STANDS, context={"union": union.name, "number": union.number},
        key=f"union_stands:{union.pk}:{user_id}", at=run.at, user_id=user_id, link=f"/desk/unions/{union.pk}/",
    )  # fmt: skip
    return ""


def head_of(term: Term, on: date) -> Officer | None:
    """Who heads the committee of a term on a day."""
    return Officer.objects.filter(term=term).heads().serving_on(on).first()


def account_of(head: Officer) -> int | None:
    """The account of whoever holds a post, where it is known who she is and she has one."""
    if head.person_id is None:
        return None
    return User.objects.filter(person=head.person_id, is_active=True).values_list("pk", flat=True).first()


def without_account(head: Officer) -> str:
    """What the office does for a head who has no account yet."""
    return _("%(name)s has no account yet: make one under “Accounts”.") % {"name": head.name}


def keep(run: CaseRun, union: TradeUnion, user_id: int) -> None:
    """Give an account the chair's role in a union, unless it holds it."""
    held = RoleGrant.objects.filter(user_id=user_id, role=Role.CHAIR, union=union)
    if not held.active_or_coming(local_date(run.at)).exists():
        grant_role(
            actor=with_all_rights(run.actor), user_id=user_id, role=Role.CHAIR, union_id=union.pk, at=run.at
        )


def _applicant_elected(run: CaseRun, head: Officer) -> int | None:
    """The account of whoever applied for herself and was elected: by her record, else by her name.

    An office that applied for them wrote somebody's name beside the contact and is nobody's head.
    """
    user = User.objects.filter(pk=run.case.user_id or 0).first()
    contact = run.data.contact
    if user is None or run.case.on_behalf or head.name != contact.name:
        return None
    if user.name != head.name and user.mobile != contact.mobile:
        return None
    is_another = None not in {head.person_id, run.case.person_id} and head.person_id != run.case.person_id
    return None if is_another else run.case.user_id


def with_all_rights(actor: Actor) -> Actor:
    """The officer with the installation's rights, for what follows from her decision and she could not do alone."""
    return replace(system(actor.name), user_id=actor.user_id, source=actor.source)


def elected_in(values: Values, organ: str) -> list[Elected]:
    """Who was elected into an organ, as written in a form, in order."""
    return [_elected(row) for row in _rows(values.get(organ))]


def _elected(row: Mapping[str, object]) -> Elected:
    votes = row.get("votes")
    return Elected(
        str(row.get("name", "")), str(row.get("post", "")), votes if isinstance(votes, int) else None
    )


def _rows(value: object) -> list[dict[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _number(values: Values, key: str) -> int:
    value = values.get(key)
    return value if isinstance(value, int) else 0
