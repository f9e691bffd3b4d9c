import io
from collections import defaultdict
from datetime import date

import polars as pl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from smartunion.core import bulk, clock
from smartunion.core.audit.models import AuditEvent
from smartunion.core.codes.numerals import numeral
from smartunion.core.crypto.ring import ring
from smartunion.engines.payments.models import PaymentList
from smartunion.engines.payments.queries.ledger import ledger_faults
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.flows.tallies import differences
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Delivery
from smartunion.ground.registry.flows.tallies import recount
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Person, TradeUnion
from smartunion.ground.registry.models import Region as Place
from smartunion.ground.registry.models.people import phone_key
from smartunion.ground.registry.tests import factories
from smartunion.site.demo.load import sources
from smartunion.site.demo.load.accounts import demo_password, shown_accounts
from smartunion.site.demo.load.guard import AlreadyLoaded, NotADemoDatabase
from smartunion.site.demo.load.run import Plan, load
from smartunion.site.demo.tests.worlds import world
from smartunion.site.demo.world import World
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.counselling.models import Consultation
from smartunion.systems.mutual.models import Claim
from smartunion.systems.organising.models import Area, Finding, MatchRun, Target, Visit

TODAY = date(2026, 11, 20)


def fill(stage: str, **values: object) -> World:
    return load(Plan(stage, "tiny", 5, **values), at=clock.now(), as_of=TODAY)


@pytest.mark.django_db
def test_imported_holds_the_federations_own_records() -> None:
    made = fill("imported")

    assert TradeUnion.objects.count() == len(made.unions)
    assert Membership.objects.filter(ended_on=None, state="active").count() > 400
    assert EmployerLink.objects.filter(valid_to=None).count() == Employer.objects.count() > 10
    assert recount() == []
    assert list(differences()) == []
    assert Fact.objects.filter(kind="registry.union_founded").count() == len(made.unions)
    assert MatchRun.objects.count() == 0
    assert AuditEvent.objects.filter(event="demo.loaded").get().data["stage"] == "imported"


@pytest.mark.django_db
def test_every_union_stands_below_its_parent() -> None:
    fill("imported")

    for union in TradeUnion.objects.select_related("parent"):
        above = union.parent.path if union.parent else ""
        assert union.path.startswith(above)
        assert union.path != above
        assert union.founded_on <= TODAY


@pytest.mark.django_db
def test_numbers_that_fail_their_check_were_not_stored() -> None:
    fill("imported")

    for employer in Employer.objects.exclude(uscc=""):
        assert len(employer.uscc) == 18
        assert employer.org_code == employer.uscc[8:17]
    for person in Person.objects.all():
        assert len(person.resident_id) in (0, 15, 18)


@pytest.mark.django_db
def test_personal_numbers_are_sealed_at_rest() -> None:
    fill("imported")
    person = Person.objects.exclude(resident_id_index=None).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT resident_id FROM registry_person WHERE id = %s", [person.pk])
        stored = bytes(cursor.fetchone()[0])

    assert person.resident_id.encode() not in stored
    assert bytes(person.resident_id_index) == ring().index("resident_id", person.resident_id)


@pytest.mark.django_db
def test_there_is_an_account_for_every_role_and_its_password_is_right() -> None:
    fill("imported")

    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)
    for row in shown_accounts():
        if row.username.isdigit():
            assert User.objects.get(mobile_index=ring().index("mobile", row.username)).person is not None
        else:
            assert User.objects.get(username=row.username).check_password(row.password)


def test_passwords_differ_between_accounts_and_installations(settings) -> None:
    first = demo_password("county")
    settings.SECRET_KEY = "another installation"

    assert first != demo_password("county") != demo_password("town")
    assert len(first) == 11


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (47, "四十七"), (99, "九十九")],
)
def test_a_town_of_many_areas_numbers_them_all_differently(number: int, words: str) -> None:
    assert numeral(number) == words
    assert len({numeral(one) for one in range(1, 100)}) == 99


@pytest.mark.django_db
def test_empty_has_the_tree_and_accounts_but_no_members() -> None:
    fill("empty")

    assert TradeUnion.objects.exclude(kind__in=["federation", "industry"]).count() == 0
    assert Person.objects.count() == Employer.objects.count() == 0
    assert Place.objects.filter(level="village").count() > 10
    assert Area.objects.count() >= 1
    assert User.objects.filter(username="county").exists()


@pytest.mark.django_db
def test_foreign_data_is_never_touched() -> None:
    User.objects.create_user("somebody", "a long password", name="somebody", created_at=clock.now())

    with pytest.raises(NotADemoDatabase):
        fill("imported", replace=True)
    assert TradeUnion.objects.count() == 0
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_load_is_refused_unless_it_replaces() -> None:
    fill("empty")
    before = TradeUnion.objects.count()

    with pytest.raises(AlreadyLoaded):
        fill("imported")
    assert TradeUnion.objects.count() == before
    fill("imported", replace=True)
    assert TradeUnion.objects.count() > before


@pytest.mark.django_db(transaction=True)
def test_running_has_findings_visits_and_sums_that_agree() -> None:
    fill("running")

    assert MatchRun.objects.filter(state="done").count() == 5
    assert not Delivery.objects.filter(state="waiting").exists()
    assert Finding.objects.exists()
    assert not Employer.objects.exclude(entity_id="").filter(lon=None).exists()
    assert all(finding.found_at.date() <= TODAY for finding in Finding.objects.all())
    assert Visit.objects.count() == Fact.objects.filter(kind="organising.visit").count() > 5
    assert list(differences()) == []
    assert recount() == []
    assert set(PaymentList.objects.values_list("state", flat=True)) == {"settled", "proposed"}
    assert set(HardshipFile.objects.values_list("state", flat=True)) == {
        "active",
        "watch",
        "refused",
        "review",
    }
    assert Consultation.objects.count() == Claim.objects.filter(state="open").count() + 1 == 3
    assert ledger_faults() == []
    assert _agreed_to_less_than_those_below_it() == []


def _agreed_to_less_than_those_below_it() -> list[Target]:
    """Yearly targets below what the federations under them agreed to together; there must be some to compare."""
    yearly = list(Target.objects.filter(drive=None).select_related("union"))
    below: dict[tuple[int | None, str], int] = defaultdict(int)
    for one in yearly:
        below[one.union.parent_id, one.fact_kind] += one.quantity
    asked = [one for one in yearly if (one.union_id, one.fact_kind) in below]
    assert len(asked) >= 2
    return [one for one in asked if one.quantity < below[one.union_id, one.fact_kind]]


@pytest.mark.django_db(transaction=True)
def test_command_loads_prints_accounts_and_explains_a_refusal() -> None:
    out = io.StringIO()
    call_command("demo", size="tiny", stage="empty", stdout=out)

    assert demo_password("county") in out.getvalue()
    with pytest.raises(CommandError, match="--replace"):
        call_command("demo", size="tiny", stage="empty", stdout=out)
    again = io.StringIO()
    call_command("demo", accounts=True, stdout=again)
    assert again.getvalue().splitlines()[-1] in out.getvalue()


@pytest.mark.django_db
def test_bulk_rows_equal_rows_made_by_the_model() -> None:
    at = clock.now()
    values = {
        "name": "王小明",
        "birth_date": date(1990, 1, 2),
        "mobile": "15400000001",
        "created_at": at,
        "updated_at": at,
    }
    Person.objects.create(**values)
    bulk.insert(Person, list(values), [tuple(values.values())])

    first, second = (vars(person).copy() for person in Person.objects.order_by("pk"))
    for row in (first, second):
        row.pop("id")
        row.pop("_state")
    assert first == second
    assert bytes(second["mobile_index"]) == ring().index("mobile", phone_key("15400000001"))


def test_bulk_refuses_a_field_the_model_does_not_have() -> None:
    with pytest.raises(ValueError, match="nickname"):
        bulk.insert(Person, ["nickname"], [])


def test_a_number_written_in_its_old_form_stays_with_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = factories.resident_id(7, born="19720501")
    rows = pl.DataFrame({
        "_person": [1, 2, 3], "name": ["王芳", "李伟", "张敏"], "mobile": ["", "", ""],
        "id_no": [whole, whole[:6] + whole[8:17], factories.resident_id(8, born="19720501")],
    })  # fmt: skip
    monkeypatch.setattr(sources.tables, "members", lambda *_given: rows)

    kept = sources.members(world(), 0.0, date(2026, 11, 21))

    assert [bool(text) for text in kept["id_no"]] == [True, False, True]
