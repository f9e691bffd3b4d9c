"""Links for one person: made once, used once, by her alone."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import senders
from smartunion.ground.registry.models import Membership
from smartunion.systems.organising.flows import join_links
from smartunion.systems.organising.flows.drives import close_drive
from smartunion.systems.organising.flows.join_links import LinkClosed, Named
from smartunion.systems.organising.flows.joining import Joined, JoinForm, join
from smartunion.systems.organising.models import JoiningDrive, JoinLink
from smartunion.systems.organising.queries.join_links import links_for
from smartunion.systems.organising.tests import joining_world as make
from smartunion.systems.organising.tests.test_joining_views import JSON, filled

pytestmark = pytest.mark.django_db
AT, ON = make.NOW, make.TODAY


@pytest.fixture
def here(settings: Any, monkeypatch: pytest.MonkeyPatch) -> make.World:
    settings.DEMO = True  # the code of the text message is shown
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(clock, "today", lambda: ON)
    return make.world()


def for_her(here: make.World, number: int = 1, **more: Any) -> join_links.Made:
    form = make.form(number)
    (made,) = join_links.make_links(
        actor=make.acting(here.chair), drive_id=here.drive.pk, people=[Named(form.name, form.mobile)], at=AT, **more
    )  # fmt: skip
    return made


def send(form: JoinForm, code: str = "") -> Joined:
    return join(code=code, form=form, at=AT)


def state(here: make.World, made: join_links.Made, on: Any = ON) -> str:
    return str(links_for(make.acting(here.chair), on).get(pk=made.link.pk).state)


def opened(made: join_links.Made) -> str:
    return made.url[made.url.index("/l/") :]


def sent(client: Client, url: str, values: dict[str, str], **extra: Any) -> Any:
    said = client.post(url, values | {"do": "code"}, headers=JSON).json()
    return client.post(url, values | {"code": said["shown"]}, **extra)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_her_name_and_phone_stand_in_the_form_and_the_link_is_used_with_her_application(
    here: make.World,
) -> None:
    made, client = for_her(here), Client()
    page = client.get(opened(made)).content.decode()
    form = make.form(1)
    assert form.name in page
    assert form.mobile[:3] + "****" + form.mobile[-4:] in page
    assert form.mobile not in page

    answer = sent(client, opened(made), filled() | {"name": "", "mobile": ""}, headers=JSON)

    assert answer.json() == {"outcome": "joined", "url": "/join/done/"}
    made.link.refresh_from_db()
    case = CaseFile.objects.get()
    assert made.link.case_id == case.pk
    assert (state(here, made), case.drive_id) == ("used", here.drive.pk)
    assert Membership.objects.get().union_id == here.union.pk
    again = Client().get(opened(made))
    assert again.status_code == 410
    assert f"这条链接已于{ON.isoformat()}使用。" in again.content.decode()


def test_a_double_tap_gets_the_same_answer_and_a_second_application_none(here: make.World) -> None:
    made, client = for_her(here), Client()
    values = filled()
    said = client.post(opened(made), values | {"do": "code"}, headers=JSON).json()
    first, twin = (
        client.post(opened(made), values | {"mobile": "", "code": said["shown"]}, headers=JSON) for _tap in "12"
    )  # fmt: skip
    other = Client().post(opened(made), values | {"client_id": str(uuid4()), "do": "code"}, headers=JSON)

    assert first.json() == twin.json() == {"outcome": "joined", "url": "/join/done/"}
    assert other.status_code == 410
    assert CaseFile.objects.count() == 1
    assert Membership.objects.count() == 1


def test_the_same_sending_is_answered_again_and_another_refused(here: make.World) -> None:
    made = for_her(here)
    form = make.form(1, link=made.token)
    first = send(form)

    assert send(form).case == first.case
    with pytest.raises(LinkClosed):
        send(make.form(1, link=made.token, client_id=uuid4()))
    assert CaseFile.objects.count() == 1


def test_nobody_else_joins_by_it_and_it_stays_open(here: make.World) -> None:
    made = for_her(here)
    stranger = make.form(2, link=made.token)

    with pytest.raises(join_links.LinkOfAnother) as refusal:
        send(stranger)

    assert str(refusal.value).startswith("这条链接是为他人生成的。")
    assert (state(here, made), Membership.objects.count()) == ("open", 0)


def test_a_refused_application_leaves_it_open(here: make.World) -> None:
    made = for_her(here)

    with pytest.raises(InvalidInput):
        send(make.form(1, link=made.token, agreed=frozenset()))

    assert state(here, made) == "open"


def test_who_is_a_member_already_does_not_use_it(here: make.World) -> None:
    send(make.form(1), here.drive.code)
    made = for_her(here)

    answer = send(make.form(1, link=made.token, client_id=uuid4()))

    assert (answer.outcome.value, state(here, made)) == ("here", "open")


def test_it_runs_out_with_its_last_day_and_with_its_code(here: make.World) -> None:
    made = for_her(here, days=3)
    last = ON + timedelta(days=3)
    assert made.link.ends_on == last
    assert join_links.opened(made.token, last) == made.link

    with pytest.raises(LinkClosed) as refusal:
        join_links.opened(made.token, last + timedelta(days=1))

    assert f"这条链接的有效期到{last.isoformat()}为止。" in str(refusal.value)
    assert state(here, made, last + timedelta(days=1)) == "expired"
    with pytest.raises(InvalidInput):
        for_her(here, 2, days=15)
    close_drive(actor=system(), drive_id=here.drive.pk, reason="换新码", at=AT)
    assert Client().get(opened(made)).status_code == 410
    with pytest.raises(LinkClosed):
        for_her(here, 2)
    assert JoinLink.objects.count() == 1


def test_withdrawn_once_it_opens_nothing(here: make.World) -> None:
    made, chair = for_her(here), make.acting(here.chair)

    join_links.withdraw(actor=chair, link_id=made.link.pk, at=AT)

    assert state(here, made) == "withdrawn"
    assert "这条链接已被撤回。" in Client().get(opened(made)).content.decode()
    for act in (join_links.withdraw, join_links.renew):
        with pytest.raises(StaleState):
            act(actor=chair, link_id=made.link.pk, at=AT)


def test_made_anew_the_old_address_ends_and_there_is_one_link(here: make.World) -> None:
    first, chair = for_her(here), make.acting(here.chair)

    second = for_her(here)
    third = join_links.renew(actor=chair, link_id=first.link.pk, at=AT)

    assert {first.link.pk, second.link.pk, third.link.pk} == {JoinLink.objects.get().pk}
    for made, status in ((first, 404), (second, 404), (third, 200)):
        assert Client().get(opened(made)).status_code == status


def test_the_token_is_stored_nowhere(here: make.World) -> None:
    made = for_her(here)

    kept = " ".join(map(str, JoinLink.objects.values_list().get()))

    assert len(made.token) == join_links.TOKEN_LENGTH
    assert made.token not in kept
    with pytest.raises(NotVisible):
        join_links.opened("A" * 16, ON)


def test_only_who_manages_the_code_or_visits_the_place_makes_and_sees_links(here: make.World) -> None:
    made = for_her(here)
    organiser = make.staff("小郑", Role.ORGANISER, here.town)
    neighbour = make.staff("老邻", Role.CHAIR, here.other)

    join_links.make_links(
        actor=make.acting(organiser), drive_id=here.drive.pk, people=[Named("钱多多", "13800138222")], at=AT
    )

    assert browser(organiser).get(f"/desk/joining-links/{made.link.pk}/").status_code == 200
    assert browser(neighbour).get(f"/desk/joining-links/{made.link.pk}/").status_code == 404
    with pytest.raises(NotVisible):
        join_links.make_links(
            actor=make.acting(neighbour), drive_id=here.drive.pk, people=[Named("钱多多", "13800138222")], at=AT
        )  # fmt: skip
    with pytest.raises(NotVisible):
        join_links.withdraw(actor=make.acting(neighbour), link_id=made.link.pk, at=AT)


def test_several_at_once_from_the_page_with_the_lines_at_fault_said(here: make.World) -> None:
    client = browser(here.chair)
    values = {"code": here.drive.pk, "days": "7", "employer": ""}

    wrong = client.post("/desk/joining-links/new/", values | {"people": "王芳 13800138001\n李强\n"})
    assert wrong.status_code == 422
    assert "第2行不是姓名加手机号。" in wrong.content.decode()
    assert not JoinLink.objects.exists()
    page = client.post(
        "/desk/joining-links/new/", values | {"people": "王芳\t13800138001\n\n李强，138 0013 8002\n"}
    )

    assert page.status_code == 422  # a number with gaps is none
    page = client.post(
        "/desk/joining-links/new/", values | {"people": "王芳\t13800138001\n\n李强，13800138002\n"}
    )
    addresses = set(re.findall(r"/l/([0-9A-Z]{16})/", page.content.decode()))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert len(addresses) == 2
    assert sorted(JoinLink.objects.values_list("name", flat=True)) == ["李强", "王芳"]
    listed = client.get("/desk/joining-links/?state=open").content.decode()
    assert "王芳" in listed
    assert not addresses & set(re.findall(r"[0-9A-Z]{16}", listed))


def test_it_goes_out_as_a_text_message_and_a_failure_is_said(
    here: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    out: list[senders.Outgoing] = []

    class Kept:
        def send(self, message: senders.Outgoing) -> None:
            out.append(message)

    class Broken:
        def send(self, message: senders.Outgoing) -> None:
            raise senders.SendFailed("down")

    monkeypatch.setattr(senders, "sender_for", lambda channel: Kept())
    made = for_her(here, sends=True)
    monkeypatch.setattr(senders, "sender_for", lambda channel: Broken())
    failed = for_her(here, 2, sends=True)
    monkeypatch.setattr(senders, "sender_for", lambda channel: Kept())
    for _again in range(2):
        last = for_her(here, 1, sends=True)

    assert (out[0].to, out[0].link) == (make.form(1).mobile, opened(made))
    assert (made.was_sent, failed.was_sent, failed.link.sent_at) == (True, False, None)
    assert (last.was_sent, len(out)) == (False, 2)  # two a day to one phone


def test_her_employer_is_filled_in_where_the_code_names_none(here: make.World) -> None:
    JoiningDrive.objects.update(employer=None)
    made = for_her(here, employer_id=here.covered.pk)

    assert here.covered.name in Client().get(opened(made)).content.decode()
    answer = send(make.form(1, link=made.token, employer_name="别处"))

    assert answer.employer_name == here.covered.name
    assert answer.outcome.value == "joined"


def test_what_led_to_nothing_is_forgotten_and_what_was_used_stays(here: make.World) -> None:
    used, idle = for_her(here), for_her(here, 2)
    send(make.form(1, link=used.token))

    late = AT + timedelta(days=14) + join_links.KEPT

    assert join_links.forget_gone(at=late) == 0
    assert join_links.forget_gone(at=late + timedelta(days=1)) == 1
    kept = JoinLink.objects.get()
    assert (kept.pk, kept.mobile, kept.mobile_index) == (used.link.pk, "", None)
    assert not JoinLink.objects.filter(pk=idle.link.pk).exists()


def test_over_the_api(here: make.World) -> None:
    client = browser(here.chair)
    form = make.form(1)
    body = {"drive_id": here.drive.pk, "people": [{"name": form.name, "mobile": form.mobile}]}
    (made,) = client.post("/api/v1/joining/links", body, content_type="application/json").json()
    token = made["url"].rsplit("/", 2)[1]

    seen = Client().get(f"/api/v1/joining/links/open/{token}").json()
    assert (seen["name"], seen["union"]) == (form.name, here.union.name)
    assert seen["mobile"] == form.mobile[:3] + "****" + form.mobile[-4:]
    shown = client.post(
        "/api/v1/joining/phone-codes", {"mobile": form.mobile}, content_type="application/json"
    ).json()
    sending = {
        "link": token, "client_id": str(form.client_id), "name": form.name, "id_number": form.id_number,
        "mobile": form.mobile, "phone_code": shown["shown"], "agreed": sorted(form.agreed),
    }  # fmt: skip
    answer = client.post("/api/v1/joining/applications", sending, content_type="application/json").json()

    assert answer["outcome"] == "joined"
    (row,) = client.get("/api/v1/joining/links?state=used").json()
    assert (row["id"], row["reference"]) == (made["id"], answer["reference"])
    assert Client().get(f"/api/v1/joining/links/open/{token}").status_code == 410
    (helped,) = client.get("/api/v1/joining/helped").json()
    assert (helped["name"], helped["outcome"], helped["reference"]) == (
        form.name,
        "joined",
        answer["reference"],
    )
    gone = client.post(f"/api/v1/joining/links/{made['id']}/withdraw")
    assert gone.status_code == 409


def many(number: int) -> str:
    return "\n".join(f"工人{chr(0x4E00 + one)} 1390000{one:04d}" for one in range(number))


class Provider:
    """Takes every message but those to phones that end in 7."""

    def __init__(self) -> None:
        self.out: list[senders.Outgoing] = []

    def send(self, message: senders.Outgoing) -> None:
        if message.to.endswith("7"):
            raise senders.SendFailed("down")
        self.out.append(message)


def test_many_are_texted_in_the_background_and_the_file_says_who_got_it(
    here: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider()
    monkeypatch.setattr(senders, "sender_for", lambda channel: provider)
    client = browser(here.chair)
    values = {"code": here.drive.pk, "days": "7", "employer": "", "people": many(60)}
    kept = join_links.make_links(
        actor=make.acting(here.chair), drive_id=here.drive.pk, people=[Named("旧名", "13900000003")], at=AT
    )[0].link

    refused = client.post("/desk/joining-links/new/", values)
    begun = client.post("/desk/joining-links/new/", values | {"sends": "on"})

    job = Job.objects.get(kind=join_links.TEXT)
    assert (refused.status_code, begun.status_code, begun["Location"]) == (422, 302, f"/desk/jobs/{job.pk}/")
    assert (JoinLink.objects.count(), provider.out, job.payload.keys()) == (60, [], {"ids"})
    kept.refresh_from_db()
    assert kept.name == "工人七"
    links = {link.pk: link for link in JoinLink.objects.all()}
    JoinLink.objects.filter(mobile_index__of="13900000005").update(withdrawn_at=AT)
    drain()
    job.refresh_from_db()
    assert (job.state, len(provider.out)) == ("done", 53)  # six phones end in 7, one link was withdrawn
    assert JoinLink.objects.exclude(sent_at=None).count() == 53
    file = b"".join(client.get(f"/desk/jobs/{job.pk}/file/").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    lines = {line.split(",")[1]: line for line in file.splitlines()}
    assert file.count("未发送") == 7
    assert f"工人{chr(0x4E07)},139****0007,未发送" in lines["139****0007"]
    assert "短信服务商" in lines["139****0007"]
    assert "撤回" in lines["139****0005"]
    assert all(link.mobile not in file for link in links.values())
    token = provider.out[0].link.rsplit("/", 2)[1]
    assert join_links.opened(token, ON).mobile == provider.out[0].to


def test_too_many_or_wrong_people_make_no_link(here: make.World) -> None:
    client = browser(here.chair)
    people = [{"name": "王芳", "mobile": "13800138001"}, {"name": "李强\n13900000001", "mobile": "x"}]
    body = {"drive_id": here.drive.pk, "people": people}
    for path in ("links", "links/texts"):
        answer = client.post(f"/api/v1/joining/{path}", body, content_type="application/json")
        assert (answer.status_code, answer.json()["field"]) == (422, "people")
        assert "第2行" in str(answer.json())
    with pytest.raises(InvalidInput):
        join_links.text_many(
            actor=make.acting(here.chair), drive_id=here.drive.pk, people=[], at=AT
        )  # fmt: skip
    assert not JoinLink.objects.exists()
    assert not Job.objects.filter(kind=join_links.TEXT).exists()


def test_many_are_texted_over_the_api(here: make.World) -> None:
    body = {"drive_id": here.drive.pk, "people": [{"name": "王 芳", "mobile": "13800138001"}]}
    answer = browser(here.chair).post("/api/v1/joining/links/texts", body, content_type="application/json")

    assert (answer.status_code, JoinLink.objects.get().name) == (202, "王 芳")
    assert Job.objects.get(kind=join_links.TEXT).pk == answer.json()["job_id"]
    stranger = browser(make.staff("老邻", Role.CHAIR, here.other))
    assert stranger.post(
        "/api/v1/joining/links/texts", body, content_type="application/json"
    ).status_code == 404  # fmt: skip
