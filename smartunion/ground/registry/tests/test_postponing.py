"""A re-election put off: approved by the union above, within the days of the policy, the end before kept."""

from datetime import date, timedelta

import pytest

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.flows import certificates, officers
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.postponing import postpone_term
from smartunion.ground.registry.models import Term, TermPostponement, TradeUnion
from smartunion.ground.registry.queries.terms import running_term
from smartunion.ground.registry.rules import CertificateKind, Elected, Organ, Post
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
END = date(2026, 12, 1)


def cast() -> make.Cast:
    """The cast; the union's term ends on 1 December 2026, and 小波's record chairs it."""
    who = make.cast()
    head = Elected(Organ.COMMITTEE, Post.CHAIR, "小波", who.xiaobo.person_id)
    officers.set_term(
        actor=who.cadre, union_id=who.union.pk, data=NewTerm(date(2023, 12, 1), 3, [head]), at=make.AT
    )
    return who


def put_off(who: make.Cast, until: date, **changes: object) -> TermPostponement:
    given = {
        "actor": who.cadre, "union_id": who.union.pk, "until": until, "approval_number": " 宁总工〔2026〕9号 ", "reason": "企业改制",
        "at": make.AT,
    }  # fmt: skip
    return postpone_term(**given | changes)


def test_the_term_ends_later_the_end_before_is_kept_and_the_chair_told() -> None:
    who = cast()

    row = put_off(who, date(2027, 3, 1))

    term = Term.objects.get()
    assert (term.ends_on, row.was_until, row.until, row.approval_number) == (
        date(2027, 3, 1), END, date(2027, 3, 1), "宁总工〔2026〕9号",
    )  # fmt: skip
    assert running_term(who.union, date(2027, 1, 1)) == term
    told = Notice.objects.filter(template="registry.term_postponed", person_id=who.xiaobo.person_id)
    assert told.count() == 1


def test_several_postponements_together_keep_within_the_days_of_the_policy() -> None:
    who = cast()
    latest = END + timedelta(days=183)
    put_off(who, date(2027, 3, 1))

    with pytest.raises(InvalidInput) as refused:
        put_off(who, latest + timedelta(days=1))
    assert refused.value.field == "until"
    put_off(who, latest)
    with pytest.raises(InvalidInput):
        put_off(who, latest + timedelta(days=1))
    assert Term.objects.get().ends_on == latest
    PolicyValue.objects.create(
        key="registry.term_postpone_days", path=who.county.path, value=365, valid_from=make.DAY, source="x",
        created_at=make.AT,
    )  # fmt: skip
    put_off(who, END + timedelta(days=365))
    assert TermPostponement.objects.count() == 3


@pytest.mark.parametrize(("changes", "field"), [({"until": END}, "until"), ({"reason": " "}, "reason")])
def test_what_cannot_be_is_refused_and_changes_nothing(changes: dict[str, object], field: str) -> None:
    who = cast()

    with pytest.raises(InvalidInput) as refused:
        put_off(who, **{"until": date(2027, 3, 1), **changes})

    assert refused.value.field == field
    assert (Term.objects.get().ends_on, TermPostponement.objects.count()) == (END, 0)


def test_chairs_strangers_and_closed_unions_cannot() -> None:
    who = cast()
    with pytest.raises(NotAllowed):
        put_off(who, date(2027, 3, 1), actor=who.ali)
    with pytest.raises(NotVisible):
        put_off(who, date(2027, 3, 1), actor=make.cadre(who.elsewhere))
    TradeUnion.objects.filter(pk=who.union.pk).update(state="closed", closed_on=make.TODAY)
    with pytest.raises(StaleState) as closed:
        put_off(who, date(2027, 3, 1))
    assert closed.value.remedy
    assert not TermPostponement.objects.exists()


def test_a_renewed_certificate_holds_until_the_later_day() -> None:
    who = cast()
    data = NewCertificate(make.TODAY, CertificateKind.LEGAL_PERSON, uscc=make.uscc(9, "81330226"))
    first = certificates.issue(actor=who.cadre, union_id=who.union.pk, data=data, at=make.AT)
    put_off(who, date(2027, 3, 1))

    second = certificates.issue(actor=who.cadre, union_id=who.union.pk, data=data, at=make.AT)

    assert (first.valid_to, second.valid_to, second.issued_for) == (END, date(2027, 3, 1), "renewal")
