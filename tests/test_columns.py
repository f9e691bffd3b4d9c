"""Rows read as columns say the same as a queryset."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.core import bulk, columns
from smartunion.ground.registry.models import Employer, Person
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
READ = pa.schema(
    [("pk", pa.int64()), ("name", pa.string()), ("is_platform", pa.bool_()), ("lon", pa.float64()),
     ("founded_on", pa.date32()), ("insured_count", pa.int32()), ("address", pa.string())]
)  # fmt: skip
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


@given(
    st.lists(
        st.tuples(
            TEXTS,
            st.booleans(),
            st.none() | st.floats(-180, 180),
            st.none() | st.dates(),
            st.none() | st.integers(0, 9),
            TEXTS,
        ),
        max_size=6,
    )
)
@settings(max_examples=30, deadline=None)
def test_columns_hold_what_the_rows_hold(rows: list[tuple[object, ...]]) -> None:
    Employer.objects.all().delete()
    names = READ.names[1:]
    Employer.objects.bulk_create(
        Employer(created_at=make.AT, updated_at=make.AT, **dict(zip(names, row, strict=True))) for row in rows
    )
    wanted = Employer.objects.order_by("pk").values_list(*READ.names)

    found = [
        row
        for batch in columns.batches(wanted, READ)
        for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)
    ]

    assert found == list(wanted)


def test_a_sealed_column_stays_sealed_and_opens_as_a_whole(tmp_path: Path) -> None:
    for number in ("13800000001", "", "13800000002"):
        make.person("王一", mobile=number)
    schema, field = pa.schema([("mobile", pa.binary())]), Person._meta.get_field("mobile")

    written = columns.write(
        Person.objects.order_by("pk").values_list("mobile"), schema, tmp_path / "people.parquet"
    )

    sealed = pq.read_table(tmp_path / "people.parquet")["mobile"].to_pylist()
    assert written == 3
    assert b"138" not in b"".join(value or b"" for value in sealed)
    assert field.opened(sealed) == ["13800000001", "", "13800000002"]  # type: ignore[union-attr]  # a sealed field


def test_no_rows_are_a_file_without_rows(tmp_path: Path) -> None:
    assert columns.write(Employer.objects.values_list(*READ.names), READ, tmp_path / "none.parquet") == 0
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_rows_are_found_by_thousands_of_keys() -> None:
    made = [make.employer() for _number in range(3)]

    assert set(bulk.keyed(Employer, [made[0].pk, made[2].pk, 10**9])) == {made[0], made[2]}
    assert bulk.keyed(Employer, [made[1].pk]).update(address="新街") == 1
