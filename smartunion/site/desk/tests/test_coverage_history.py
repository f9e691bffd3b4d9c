"""An employer's record of changes tells which union covered it from when until when, and why."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from smartunion.ground.registry.flows import employers, unions
from smartunion.ground.registry.models import Employer, EmployerLink
from smartunion.ground.registry.rules import LinkKind, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.coverage_history import with_coverage
from smartunion.site.desk.tests.conftest import Desk
from smartunion.systems.organising.models import MatchLink

pytestmark = pytest.mark.django_db
FIRST, LATER = make.TODAY - timedelta(days=40), make.TODAY - timedelta(days=10)


def rows(desk: Desk, firm: Employer) -> list[tuple[str, str, date, str]]:
    links = list(firm.union_links.select_related("union"))
    told = with_coverage(desk.cast.cadre, firm, links, [])
    return [(one.title, one.fields.split(" · ")[0], one.at, one.reason) for one in told]


def test_joint_coverage_ends_where_its_own_union_begins_and_that_where_it_closes(desk: Desk) -> None:
    cast = desk.cast
    firm = make.employer("宁海得力集团有限公司", looked_after_by=cast.county)
    joint = make.union("西店联合工会", cast.county, kind=UnionKind.JOINT)
    for union, kind, day in ((joint, LinkKind.JOINT, FIRST), (cast.union, LinkKind.OWN, LATER)):
        employers.link(
            actor=cast.cadre, union_id=union.pk, employer_id=firm.pk, kind=kind, on=day, at=make.AT, source="desk"
        )  # fmt: skip
    unions.close_union(
        actor=cast.cadre, union_id=cast.union.pk, version=1, on=make.TODAY, reason="企业改制", at=make.AT,
    )  # fmt: skip

    own, name = cast.union.name, joint.name
    assert rows(desk, firm) == [
        ("覆盖终止", own, make.TODAY, "工会撤销：企业改制"),
        ("覆盖终止", name, LATER, f"自当日起由本单位工会覆盖：{own}"),
        ("开始覆盖", own, LATER, "工作台录入"),
        ("开始覆盖", name, FIRST, "工作台录入"),
    ]


def test_an_ending_of_the_desk_tells_its_reason_and_who(desk: Desk) -> None:
    firm = make.employer("宁海二厂有限公司", looked_after_by=desk.cast.county)
    link = make.link(desk.cast.union, firm, LinkKind.OWN)
    employers.unlink(actor=desk.cast.cadre, link_id=link.pk, on=make.TODAY, reason="迁往象山", at=make.AT)

    page = desk.cadre.get(reverse("desk:employer", args=[firm.pk])).content.decode()

    assert rows(desk, firm)[0] == ("覆盖终止", desk.cast.union.name, make.TODAY, "迁往象山")
    assert "迁往象山" in page


def test_a_comparison_names_its_rule_and_opens_its_evidence(desk: Desk) -> None:
    firm = make.employer("宁海三厂有限公司", looked_after_by=desk.cast.county)
    union = desk.cast.union
    EmployerLink.objects.create(
        union=union, union_path=union.path, employer=firm, kind=LinkKind.OWN, valid_from=FIRST, valid_to=LATER,
        source="match:7",
    )  # fmt: skip
    match = MatchLink.objects.create(
        union=union, employer=firm, rule="uscc", confidence=1, is_auto=True, path=union.path
    )

    ended, began = with_coverage(desk.cast.cadre, firm, list(firm.union_links.select_related("union")), [])

    assert (ended.at, ended.reason) == (LATER, "后来的比对不再认定")
    assert began.reason.startswith("部门数据比对：")
    assert began.href == reverse("coverage:link", args=[match.pk])
    assert began.href in desk.cadre.get(reverse("desk:employer", args=[firm.pk])).content.decode()
