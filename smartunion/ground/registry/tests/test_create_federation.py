"""The first union of an installation, from the shell."""

import io

import pytest
from django.core.management import CommandError, call_command

from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories

pytestmark = pytest.mark.django_db


def test_a_county_gets_its_federation_with_a_number() -> None:
    county = factories.region("宁海县")
    out = io.StringIO()

    call_command("create_federation", "宁海县总工会", region=county.code, stdout=out)

    union = TradeUnion.objects.get()
    assert (union.name, union.kind, union.level, union.territory_id) == (
        "宁海县总工会", "federation", "county", county.pk,
    )  # fmt: skip
    assert union.parent_id is None
    assert union.number in out.getvalue()


def test_a_second_root_is_refused() -> None:
    county = factories.region("宁海县")
    call_command("create_federation", "宁海县总工会", region=county.code, stdout=io.StringIO())

    with pytest.raises(CommandError, match="is the topmost union already"):
        call_command("create_federation", "象山县总工会", region=county.code, stdout=io.StringIO())

    assert TradeUnion.objects.count() == 1


def test_an_unknown_region_is_refused_and_nothing_made() -> None:
    with pytest.raises(CommandError, match="seed_regions"):
        call_command("create_federation", "宁海县总工会", region="999999", stdout=io.StringIO())

    assert not TradeUnion.objects.exists()
