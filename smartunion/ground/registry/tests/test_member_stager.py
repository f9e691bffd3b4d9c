"""Staging members forgets employers it no longer needs, and decides the same as if it remembered them all."""

import pytest

from smartunion.ground.registry.imports import members
from smartunion.ground.registry.imports.staged import RowOutcome, Staged
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def outcomes(stager: members.MemberStager, names: list[str]) -> list[tuple[RowOutcome, int | None]]:
    """What becomes of one person at each employer, staged one by one."""
    found = []
    for number, name in enumerate(names):
        row = Staged("", number, [], {"name": "王小明", "mobile": f"138{number:08d}", "employer_name": name})
        stager.prepare(row)
        stager.stage([row])
        found.append((row.outcome, row.values.get("_membership", {}).get("employer_id")))
    return found


def test_employers_forgotten_between_batches_are_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make.cast()
    firms = [make.employer(f"宁海第{at}机械厂", looked_after_by=cast.county) for at in range(4)]
    for firm in firms:
        make.link(cast.union, firm)
    names = [firm.name for firm in firms] * 3 + ["没有这家厂"] + [firms[0].name]
    remembering = members.MemberStager(cast.county, at=make.AT)
    expected = outcomes(remembering, names)
    monkeypatch.setattr(members, "_REMEMBERED", 2)
    forgetting = members.MemberStager(cast.county, at=make.AT)

    assert outcomes(forgetting, names) == expected
    assert [outcome for outcome, _firm in expected] == [RowOutcome.CREATE] * 12 + [
        RowOutcome.REFUSE,
        RowOutcome.CREATE,
    ]
    assert (len(remembering._employers), len(forgetting._employers)) == (5, 2)
