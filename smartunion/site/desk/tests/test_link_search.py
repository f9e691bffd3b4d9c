"""Searching the employers a union covers."""

import pytest

from smartunion.ground.registry.models import EmployerLink
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.listings import find_links

pytestmark = pytest.mark.django_db


def test_coverage_is_found_by_code_beginning_and_part_of_the_name() -> None:
    union = make.union()
    names = ("宁波海天机械有限公司", "海天物流有限公司", "宁波东方纺织有限公司")
    firms = {name: make.employer(name) for name in names}
    for firm in firms.values():
        make.link(union, firm)
    make.link(make.union(), make.employer("海天餐饮有限公司"))
    rows = EmployerLink.objects.all().under(union.path)

    def found(text: str) -> set[str]:
        return {row.employer.name for row in find_links(rows, text)}

    assert found("海天") == {"宁波海天机械有限公司", "海天物流有限公司"}
    assert found("纺织") == {"宁波东方纺织有限公司"}, "inside the name, when none begins so"
    assert found(firms["海天物流有限公司"].uscc.lower()) == {"海天物流有限公司"}
    assert found("没有的名字") == set()
