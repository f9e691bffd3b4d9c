"""Certificates, terms and coverage entered twice, too long or too early are refused and leave everything as it stands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.flows import employers, officers, unions
from smartunion.ground.registry.flows.certificates import CertificateKnown, NewCertificate
from smartunion.ground.registry.flows.officers import NewTerm, TermKnown
from smartunion.ground.registry.models import Certificate, EmployerLink, Term, TradeUnion
from smartunion.ground.registry.rules import IssuedFor, LinkKind, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_certificates import LEGAL, World

pytestmark = pytest.mark.django_db


def test_a_certificate_sent_twice_is_issued_once_and_a_lost_one_is_replaced() -> None:
    world = World()
    first = world.issue()

    with pytest.raises(CertificateKnown) as refused:
        world.issue()

    assert first.number in str(refused.value)
    assert [row.state for row in Certificate.objects.all()] == ["valid"]
    assert world.issue(replace(LEGAL, issued_for=IssuedFor.REPLACEMENT)).issued_for == "replacement"


def test_a_founding_certificate_is_issued_once() -> None:
    world = World()
    first = world.issue(NewCertificate(make.TODAY))

    with pytest.raises(CertificateKnown) as refused:
        world.issue(NewCertificate(make.TODAY - timedelta(1)))

    assert (refused.value.field, first.number in str(refused.value)) == ("kind", True)
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (replace(LEGAL, valid_to=date(2199, 1, 1)), "valid_to"),
        (replace(LEGAL, issued_on=date(1999, 1, 1)), "issued_on"),
        (NewCertificate(date(1999, 1, 1)), "issued_on"),
    ],
)
def test_a_certificate_keeps_within_the_life_of_its_union_and_term(data: NewCertificate, field: str) -> None:
    world = World()
    TradeUnion.objects.filter(pk=world.union.pk).update(founded_on=date(2020, 5, 1))

    with pytest.raises(InvalidInput) as refused:
        world.issue(data)

    assert refused.value.field == field
    assert not Certificate.objects.exists()


def test_without_a_known_term_five_years_are_the_longest() -> None:
    world = World()
    world.union.terms.all().delete()

    with pytest.raises(InvalidInput) as refused:
        world.issue(replace(LEGAL, valid_to=date(2031, 11, 22)))

    assert "2031-11-21" in str(refused.value)
    assert world.issue(replace(LEGAL, valid_to=date(2031, 11, 21))).valid_to == date(2031, 11, 21)


@pytest.mark.parametrize("day", [date(9999, 1, 1), date(2099, 1, 1), make.TODAY + timedelta(367)])
def test_no_term_begins_in_a_far_year(day: date) -> None:
    world = World()

    with pytest.raises(InvalidInput) as refused:
        officers.set_term(actor=world.cadre, union_id=world.union.pk, data=NewTerm(day, 5), at=make.AT)

    assert refused.value.field == "starts_on"
    assert Term.objects.get().ordinal == 1


def test_a_term_sent_twice_is_entered_once() -> None:
    world = World()
    data = NewTerm(make.TODAY, 5)
    officers.set_term(actor=world.cadre, union_id=world.union.pk, data=data, at=make.AT)

    with pytest.raises(TermKnown):
        officers.set_term(actor=world.cadre, union_id=world.union.pk, data=data, at=make.AT)

    assert Term.objects.count() == 2


def test_an_employer_has_one_union_of_its_own_and_branches_in_it() -> None:
    county = make.federation()
    first, second = make.union("甲工会", county), make.union("乙工会", county)
    branch = make.union("一车间分会", first, kind=UnionKind.BRANCH)
    firm = make.employer("得力集团", looked_after_by=county)
    make.link(first, firm)

    def cover(union: TradeUnion) -> EmployerLink:
        return employers.link(
            actor=make.cadre(county),
            union_id=union.pk,
            employer_id=firm.pk,
            kind=LinkKind.OWN,
            on=make.TODAY,
            at=make.AT,
        )

    with pytest.raises(employers.HasOwnUnion) as refused:
        cover(second)

    assert "甲工会" in str(refused.value)
    assert EmployerLink.objects.get().union == first
    assert cover(branch).union == branch


@pytest.mark.parametrize("name", ["得力😀工会", "<b>得力工会</b>", "☀☀工会"])
def test_a_union_bears_a_name_of_letters(name: str) -> None:
    world = World()

    with pytest.raises(InvalidInput) as refused:
        unions.rename(
            actor=world.cadre, union_id=world.union.pk, version=world.union.version, name=name, on=make.TODAY, reason="",
            at=make.AT,
        )  # fmt: skip

    assert refused.value.field == "name"
    assert TradeUnion.objects.get(pk=world.union.pk).name == "得力工会"
