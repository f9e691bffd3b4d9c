"""Terms, officers, certificates."""

from datetime import date
from fractions import Fraction

import pytest

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import certificates, officers
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.models import Certificate, Officer, Term
from smartunion.ground.registry.queries.terms import running_term
from smartunion.ground.registry.rules import Elected, Organ, Post
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
CHAIR = Elected(Organ.COMMITTEE, Post.CHAIR, "阿丽")
AUDITOR = Elected(Organ.AUDIT, Post.CHAIR, "钱会计")
WOMEN = Elected(Organ.WOMEN, Post.CHAIR, "阿丽")


def test_a_term_is_entered_with_its_officers_and_names_the_head() -> None:
    who = make.cast()

    term = officers.set_term(
        actor=who.cadre, union_id=who.union.pk, at=make.AT,
        data=NewTerm(
            make.DAY, 5, [CHAIR, AUDITOR, WOMEN], elected_on=make.DAY, due_count=30, present_count=20,
            approval_number=" 宁总工〔2026〕7号 ",
        ),
    )  # fmt: skip

    assert (term.ordinal, term.starts_on, term.ends_on, term.approval_number) == (
        1, make.DAY, date(2031, 3, 2), "宁总工〔2026〕7号"
    )  # fmt: skip
    assert sorted(Officer.objects.values_list("organ", "post", "name")) == [
        ("audit", "chair", "钱会计"), ("committee", "chair", "阿丽"), ("women", "chair", "阿丽"),
    ]  # fmt: skip
    who.union.refresh_from_db()
    assert (who.union.contact_name, who.union.version) == ("阿丽", 2)
    assert running_term(who.union, date(2031, 3, 1)) == term
    assert running_term(who.union, date(2031, 3, 2)) is None


def test_the_next_term_replaces_the_running_one_with_its_history() -> None:
    who = make.cast()
    first = officers.set_term(
        actor=who.cadre, union_id=who.union.pk, data=NewTerm(make.DAY, 5, [CHAIR]), at=make.AT
    )

    second = officers.set_term(
        actor=who.cadre, union_id=who.union.pk, at=make.AT,
        data=NewTerm(date(2026, 10, 1), 3, [Elected(Organ.COMMITTEE, Post.ORGANISER, "小波")]),
    )  # fmt: skip

    first.refresh_from_db()
    assert (first.ends_on, second.ordinal, second.ends_on) == (date(2026, 10, 1), 2, date(2029, 10, 1))
    assert Officer.objects.get(term=first).left_on == date(2026, 10, 1)
    assert Officer.objects.get(term=second).left_on is None
    with pytest.raises(officers.TermKnown):
        officers.set_term(
            actor=who.cadre,
            union_id=who.union.pk,
            data=NewTerm(date(2026, 11, 1), 3, [CHAIR], ordinal=2),
            at=make.AT,
        )
    assert Term.objects.count() == 2


@pytest.mark.parametrize(
    ("term", "field"),
    [
        (NewTerm(make.DAY, 4, [CHAIR]), "years"),
        (NewTerm(make.DAY, 5, [AUDITOR]), "officers"),
        (NewTerm(make.DAY, 5, [CHAIR, Elected(Organ.COMMITTEE, Post.CHAIR, "小波")]), "officers"),
        (NewTerm(make.DAY, 5, [CHAIR, Elected(Organ.AUDIT, Post.MEMBER, "阿丽")]), "officers"),
        (NewTerm(make.DAY, 5, [CHAIR, Elected(Organ.COMMITTEE, Post.MEMBER, "阿丽")]), "officers"),
        (NewTerm(make.DAY, 5, [CHAIR], due_count=30, present_count=19), "present_count"),
        (NewTerm(make.DAY, 5, [CHAIR], due_count=30, present_count=31), "present_count"),
        (NewTerm(make.DAY, 5, [CHAIR], elected_on=date(2026, 11, 22)), "elected_on"),
        (NewTerm(make.DAY, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "1")]), "name"),
    ],
)
def test_elections_that_cannot_be_are_refused(term: NewTerm, field: str) -> None:
    who = make.cast()

    with pytest.raises(InvalidInput) as refused:
        officers.set_term(actor=who.cadre, union_id=who.union.pk, data=term, at=make.AT)

    assert refused.value.field == field
    assert not Term.objects.exists()


def test_leading_unions_have_five_years_and_others_may_not_enter_terms() -> None:
    who = make.cast()

    with pytest.raises(InvalidInput):
        officers.set_term(
            actor=who.cadre, union_id=who.county.pk, data=NewTerm(make.DAY, 3, [CHAIR]), at=make.AT
        )
    with pytest.raises(NotAllowed):
        officers.set_term(
            actor=who.ali, union_id=who.union.pk, data=NewTerm(make.DAY, 3, [CHAIR]), at=make.AT
        )
    with pytest.raises(NotVisible):
        officers.set_term(
            actor=make.cadre(who.elsewhere),
            union_id=who.union.pk,
            data=NewTerm(make.DAY, 3, [CHAIR]),
            at=make.AT,
        )


@pytest.mark.parametrize(
    ("due", "present", "valid"),
    [(3, 2, True), (30, 20, True), (30, 19, False), (1, 1, True), (100, 67, True), (100, 66, False)],
)
def test_two_thirds_of_those_due_are_counted_exactly(due: int, present: int, valid: bool) -> None:
    if valid:
        rules.check_quorum(due, present, Fraction(2, 3))
    else:
        with pytest.raises(InvalidInput):
            rules.check_quorum(due, present, Fraction(2, 3))


def test_a_term_that_begins_on_29_february_ends_on_1_march() -> None:
    assert rules.end_of_term(date(2024, 2, 29), 5) == date(2029, 3, 1)


def test_a_certificate_takes_number_issuer_and_term() -> None:
    place = make.region("宁海县", code="330226")
    county = make.federation(territory=place)
    union = make.union("得力工会", county)
    who = make.cadre(county)
    officers.set_term(actor=who, union_id=union.pk, data=NewTerm(make.DAY, 3, [CHAIR]), at=make.AT)

    one = certificates.issue(actor=who, union_id=union.pk, data=NewCertificate(make.TODAY), at=make.AT)
    other = make.union("立达工会", county)
    two = certificates.issue(actor=who, union_id=other.pk, data=NewCertificate(make.TODAY), at=make.AT)

    assert (one.number, one.issued_by, one.valid_to) == (
        "宁海县工证字〔2026〕0001号",
        county.name,
        date(2029, 3, 2),
    )
    assert two.number == "宁海县工证字〔2026〕0002号"


def test_the_form_of_the_number_is_a_policy_and_a_faulty_one_does_not_stop_the_work() -> None:
    who = make.cast()
    plain = f"000000-2026-{who.county.pk}-2"
    for form, expected in [("甬工{year}-{number:05d}", "甬工2026-00001"), ("{oops", plain)]:
        PolicyValue.objects.all().delete()
        PolicyValue.objects.create(
            key="registry.certificate_format", path=who.county.path, value=form, valid_from=make.DAY, source="x",
            created_at=make.AT,
        )  # fmt: skip
        issued = certificates.issue(
            actor=who.cadre, union_id=who.union.pk, data=NewCertificate(make.TODAY), at=make.AT
        )
        assert issued.number == expected
        certificates.cancel(
            actor=who.cadre, certificate_id=issued.pk, on=make.TODAY, reason="印错", at=make.AT
        )


def test_certificates_are_refused_twice_to_groups_and_backwards() -> None:
    who = make.cast()
    forming = make.union("筹备组", who.county, state="preparatory")
    certificates.issue(
        actor=who.cadre, union_id=who.union.pk, data=NewCertificate(make.TODAY, number="A1"), at=make.AT
    )

    with pytest.raises(certificates.CertificateKnown):
        certificates.issue(
            actor=who.cadre, union_id=who.union.pk, data=NewCertificate(make.TODAY, number="A1"), at=make.AT
        )
    for union, data in [
        (forming, NewCertificate(make.TODAY)),
        (who.union, NewCertificate(date(2026, 11, 22))),
        (who.union, NewCertificate(make.TODAY, valid_to=make.TODAY)),
    ]:
        with pytest.raises(InvalidInput):
            certificates.issue(actor=who.cadre, union_id=union.pk, data=data, at=make.AT)
    assert Certificate.objects.count() == 1
