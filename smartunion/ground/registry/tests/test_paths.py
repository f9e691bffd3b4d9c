"""The tree as the database works it out."""

import pytest
from django.db.models import Count

from smartunion.core.actor import within
from smartunion.core.paths import step_below
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_row_is_told_the_child_it_lies_below() -> None:
    county = make.federation("宁海县总工会")
    town, other = (make.federation(f"{name}镇总工会", county) for name in ("西店", "深甽"))
    make.union("一厂工会", town)
    make.union("二厂工会", town)

    rows = TradeUnion.objects.filter(within([county.path], "path")).order_by()
    found = dict(rows.values_list(step_below(county.path, "path")).annotate(n=Count("pk")))

    assert found == {county.path: 1, town.path: 3, other.path: 1}
    assert set(rows.values_list(step_below(town.path, "path"), flat=True).filter(path=town.path)) == {
        town.path
    }
