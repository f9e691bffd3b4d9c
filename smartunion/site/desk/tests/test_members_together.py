"""Many members changed from the list: ticked, said, watched, taken back."""

import pytest

from smartunion.core.jobs import runner
from smartunion.ground.registry.models import Membership, MembershipBatch
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk, account


@pytest.fixture
def spells(desk: Desk) -> list[Membership]:
    return [make.member(desk.cast.union, name) for name in ("王小芳", "李小伟")]


def test_a_chair_retains_those_she_ticked_and_takes_it_back(desk: Desk, spells: list[Membership]) -> None:
    chair = account("王主席", "chair", desk.cast.union)
    there = f"/desk/unions/{desk.cast.union.pk}/members/"

    assert "批量办理" in chair.get(there).content.decode()
    page = chair.post(there, {"bulk": "together", "pick": [spell.pk for spell in spells]})["Location"]
    form = chair.get(page).content.decode()
    said = chair.post(page, {"what": "retain:unemployed", "on": "2026-11-02"})
    waiting, counts = chair.get(page).content.decode(), chair.get(f"{page}?counts=1")
    runner.drain()
    ended = chair.get(f"{page}?counts=1")
    done = chair.get(page).content.decode()

    assert "王小芳" in form
    assert 'optgroup label="保留会籍"' in form
    assert ":deceased" not in form
    assert said.status_code == 302
    assert f'hx-get="{page}?counts=1"' in waiting
    assert f'action="/desk/jobs/{MembershipBatch.objects.get().job_id}/cancel/"' in waiting
    assert "<html" not in counts.content.decode()
    assert f'href="{page}members/?outcome=done"' in counts.content.decode()
    assert (ended.headers["HX-Redirect"], ended.content) == (page, b"")
    batch = MembershipBatch.objects.get()
    assert (batch.done, batch.refused) == (2, 0)
    assert set(Membership.objects.filter(ended_on=None).values_list("state", flat=True)) >= {"retained"}
    assert f'action="{page}undo/"' in done
    assert f'href="{page}members/?outcome=done"' in done
    assert len(chair.get(f"{page}members/?outcome=done").context["page"].lines) == 2
    assert len(chair.get(f"{page}members/?outcome=refused").context["page"].lines) == 0
    chair.post(f"{page}undo/")
    runner.drain()
    assert (
        Membership.objects.filter(
            person__in=[s.person_id for s in spells], ended_on=None, state="active"
        ).count()
        == 2
    )
    assert "已撤回" in chair.get("/desk/members/together/").content.decode()


def test_moving_without_a_union_is_said_beside_the_form(desk: Desk, spells: list[Membership]) -> None:
    chair = account("王主席", "chair", desk.cast.union)
    page = chair.post(
        f"/desk/unions/{desk.cast.union.pk}/members/", {"bulk": "together", "pick": [spells[0].pk]}
    )["Location"]

    answer = chair.post(page, {"what": "move:", "on": "2026-11-02"})

    assert answer.status_code == 422
    assert "请填写转到哪个工会" in answer.content.decode()
    assert MembershipBatch.objects.get().change == ""


def test_strangers_see_neither_the_change_nor_the_button(desk: Desk, spells: list[Membership]) -> None:
    chair = account("王主席", "chair", desk.cast.union)
    page = chair.post(
        f"/desk/unions/{desk.cast.union.pk}/members/", {"bulk": "together", "pick": [spells[0].pk]}
    )["Location"]
    stranger = account("别主席", "chair", desk.cast.elsewhere)
    inspector = account("吴督查", "inspector", desk.cast.county)

    assert stranger.get(page).status_code == 404
    assert inspector.get(page).status_code in {403, 404}
    assert "批量办理" not in inspector.get(f"/desk/unions/{desk.cast.union.pk}/members/").content.decode()


def test_stopping_leads_back_to_the_change_and_says_how_many_were_not_reached(
    desk: Desk, spells: list[Membership]
) -> None:
    chair = account("王主席", "chair", desk.cast.union)
    there = f"/desk/unions/{desk.cast.union.pk}/members/"
    page = chair.post(there, {"bulk": "together", "pick": [spell.pk for spell in spells]})["Location"]
    chair.post(page, {"what": "retain:unemployed", "on": "2026-11-02"})
    batch = MembershipBatch.objects.get()

    stopped = chair.post(f"/desk/jobs/{batch.job_id}/cancel/", {"next": page})
    elsewhere = chair.post(f"/desk/jobs/{batch.job_id}/cancel/", {"next": "https://example.org/"})

    assert (stopped["Location"], elsewhere["Location"]) == (page, f"/desk/jobs/{batch.job_id}/")
    shown = chair.get(page)
    assert (shown.context["batch"].state, shown.context["not_reached"]) == ("stopped", 2)
    assert len(chair.get(f"{page}members/?outcome=not_reached").context["page"].lines) == 2
    assert f'action="{page}undo/"' not in shown.content.decode()
    assert chair.post(f"{page}undo/").status_code == 409
