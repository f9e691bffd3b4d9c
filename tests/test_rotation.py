"""Key rotation: everything ends up under the newest key, and nothing is lost on the way."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.crypto import rotation
from smartunion.core.crypto.ring import ring
from smartunion.core.files.intake import disk_path, keep_bytes, open_file
from smartunion.core.files.models import StoredFile
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.queries.lookup import people_by_mobile
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
OLD, NEW = "1:" + "11" * 32, "2:" + "33" * 32
OLD_INDEX, NEW_INDEX = "22" * 32, "44" * 32


@pytest.fixture(autouse=True)
def _fresh_ring(settings) -> Iterator[None]:
    settings.FIELD_KEYS, settings.INDEX_KEY = OLD, OLD_INDEX
    ring.cache_clear()
    yield
    ring.cache_clear()


def _use(settings, keys: str = OLD, index: str = OLD_INDEX) -> None:
    settings.FIELD_KEYS, settings.INDEX_KEY = keys, index
    ring.cache_clear()


def _raw(person: Person) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT mobile FROM {Person._meta.db_table} WHERE id = %s", [person.pk])
        return bytes(cursor.fetchone()[0])


def _ali() -> Person:
    return Person.objects.create(
        name="阿丽", mobile="15412345678", created_at=clock.now(), updated_at=clock.now()
    )


def _photo() -> StoredFile:
    content = b"x" * 3_000_000
    return keep_bytes(
        actor=system(), content=content, name="a.bin", media_type="application/octet-stream", purpose="test",
        at=clock.now(),
    )  # fmt: skip


def test_every_model_with_sealed_columns_is_found() -> None:
    names = {f"{model._meta.label}.{field.attname}" for model, field in rotation.sealed_columns()}

    assert {
        "registry.Person.resident_id", "registry.Person.mobile", "registry.TradeUnion.contact_phone",
        "accounts.User.mobile", "accounts.User.totp_secret", "casework.CaseFile.data",
    } <= names  # fmt: skip


def test_values_and_files_open_with_the_new_key_alone(settings) -> None:
    person, photo = _ali(), _photo()
    _use(settings, f"{NEW},{OLD}")

    out = io.StringIO()
    call_command("rotate_keys", stdout=out)

    _use(settings, NEW)
    person.refresh_from_db()
    assert (person.mobile, _raw(person)[0]) == ("15412345678", 2)
    assert open_file(photo).read() == b"x" * 3_000_000
    assert sorted(path.name for path in disk_path(photo).parent.iterdir()) == [str(photo.pk)]
    assert "registry.Person.mobile: 1 made anew" in out.getvalue()
    assert "files: 1 made anew" in out.getvalue()


def test_a_second_run_changes_nothing(settings) -> None:
    person = _ali()
    _use(settings, f"{NEW},{OLD}")
    rotation.rotate()
    before = _raw(person)

    tallies = {row.name: row for row in rotation.rotate()}

    assert _raw(person) == before
    assert (tallies["registry.Person.mobile"].renewed, tallies["registry.Person.mobile"].current) == (0, 1)


def test_check_counts_and_changes_nothing(settings) -> None:
    person, photo = _ali(), _photo()
    before, content = _raw(person), disk_path(photo).read_bytes()
    _use(settings, f"{NEW},{OLD}")

    with pytest.raises(CommandError, match="2 values are under an older key"):
        call_command("rotate_keys", check=True, stdout=io.StringIO())

    assert (_raw(person), disk_path(photo).read_bytes()) == (before, content)


def test_values_whose_key_is_missing_stay_and_are_reported(settings) -> None:
    person, photo = _ali(), _photo()
    before, content = _raw(person), disk_path(photo).read_bytes()
    _use(settings, NEW)

    with pytest.raises(CommandError, match="2 values do not open"):
        call_command("rotate_keys", stdout=io.StringIO())

    assert (_raw(person), disk_path(photo).read_bytes()) == (before, content)
    assert len(list(disk_path(photo).parent.iterdir())) == 1


def test_all_batches_are_walked(settings, monkeypatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    people = [
        Person.objects.create(
            name="小波", mobile=f"1540000000{n}", created_at=clock.now(), updated_at=clock.now()
        )
        for n in range(5)
    ]
    _use(settings, f"{NEW},{OLD}")

    rotation.rotate()

    assert {_raw(person)[0] for person in people} == {2}


def test_a_value_changed_meanwhile_is_left_alone(settings) -> None:
    person = _ali()
    stale = _raw(person)
    Person.objects.filter(pk=person.pk).update(mobile="15487654321")
    field = Person._meta.get_field("mobile")

    stored = rotation._store(Person, field, field, [(b"anything", person.pk, stale)])

    person.refresh_from_db()
    assert (stored, person.mobile) == (0, "15487654321")


def _tally(name: str) -> rotation.Tally:
    return next(row for row in rotation.rotate(write=False) if row.name == name)


def test_every_blind_index_is_found_with_the_column_it_is_made_of() -> None:
    found = {
        f"{model._meta.label}.{field.attname}<{sealed.attname}"
        for model, field, sealed in rotation.index_columns()
    }

    assert found == {
        "registry.Person.resident_id_index<resident_id", "registry.Person.mobile_index<mobile",
        "accounts.User.mobile_index<mobile", "matters.HazardReporter.who_index<who",
        "counselling.Consultation.owner_index<owner",
        "counselling.SelfCheck.owner_index<owner",
        "organising.Driver.resident_id_index<resident_id", "organising.Driver.mobile_index<mobile", "organising.JoinLink.mobile_index<mobile",
        "mutual.Claim.event_index<event", "payments.Trait.value_index<value",
        "payments.Payable.payee_account_index<payee_account", "programmes.Proof.number_index<number",
        "stewardship.IdentityCheck.number_index<number",
    }  # fmt: skip


def test_while_the_index_key_changes_everybody_is_found_and_nobody_twice(settings) -> None:
    ali = _ali()
    _use(settings, index=f"{NEW_INDEX},{OLD_INDEX}")
    xiaobo = Person.objects.create(
        name="小波", mobile="15412345679", created_at=clock.now(), updated_at=clock.now()
    )

    assert people_by_mobile("154 1234 5678") == [ali]
    assert people_by_mobile("15412345679") == [xiaobo]
    assert set(Person.objects.filter(mobile_index__of=["15412345678", "15412345679", ""])) == {ali, xiaobo}
    assert not Person.objects.filter(mobile_index__of="").exists()


def test_the_index_key_changes_and_the_old_one_can_go(settings) -> None:
    ali = _ali()
    user = User.objects.create_user("ali", mobile="15412345678", name="阿丽", created_at=clock.now())
    _use(settings, index=f"{NEW_INDEX},{OLD_INDEX}")

    with pytest.raises(CommandError, match="2 values are under an older key"):
        call_command("rotate_keys", check=True, stdout=io.StringIO())
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)

    _use(settings, index=NEW_INDEX)
    assert people_by_mobile("15412345678") == [ali]
    assert User.objects.get(mobile_index__of="15412345678") == user
    assert "registry.Person.mobile_index: 1 made anew" in out.getvalue()
    assert "accounts.User.mobile_index: 1 made anew" in out.getvalue()
    assert (_tally("registry.Person.mobile_index").waiting, _tally("registry.Person.mobile").waiting) == (
        0,
        0,
    )


def test_indexes_under_a_lost_key_are_made_anew_from_the_values(settings) -> None:
    ali = _ali()
    _use(settings, index=NEW_INDEX)
    assert people_by_mobile("15412345678") == []

    rotation.rotate()

    assert people_by_mobile("15412345678") == [ali]


def test_a_number_that_got_into_two_rows_is_reported_and_both_stay(settings) -> None:
    number = make.resident_id(7)
    old = make.person("阿丽", resident_id=number)
    other = make.person("小波")
    _use(settings, index=NEW_INDEX)  # a process that was told of the new key alone
    twin = make.person("阿丽", resident_id=number)
    _use(settings, index=f"{NEW_INDEX},{OLD_INDEX}")

    with pytest.raises(CommandError, match="1 numbers stand in two rows"):
        call_command("rotate_keys", stdout=io.StringIO())

    assert set(Person.objects.filter(resident_id_index__of=number)) == {old, twin}
    _use(settings, index=NEW_INDEX)
    assert Person.objects.get(resident_id_index__of=other.resident_id) == other


def test_a_value_changed_meanwhile_keeps_its_own_index(settings, monkeypatch) -> None:
    ali = _ali()
    _use(settings, index=f"{NEW_INDEX},{OLD_INDEX}")
    store = rotation._store

    def changed_first(model, field, source, fresh) -> int:
        if field.attname == "mobile_index" and fresh:
            person = Person.objects.get(pk=ali.pk)
            person.mobile = "15400000009"
            person.save(update_fields=["mobile", "mobile_index"])
        return store(model, field, source, fresh)

    monkeypatch.setattr(rotation, "_store", changed_first)
    rotation.rotate()

    assert people_by_mobile("15400000009") == [ali]
    assert people_by_mobile("15412345678") == []
