"""Other systems: cases sent in once, read back, told by signed messages; tokens hashed, scoped, withdrawn."""

import hmac
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from django.test import Client

from smartunion.core.actor import Actor, system
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.engines.casework import service
from smartunion.engines.casework.definition import Route, text
from smartunion.engines.casework.flows import exchange
from smartunion.engines.casework.flows.publishing import publish
from smartunion.engines.casework.models import Call, CaseFile, SentIn
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.flows import partners
from smartunion.ground.accounts.models import Partner, PartnerToken
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice

pytestmark = pytest.mark.django_db
NOW = make.NOW
HOOK = "https://192.0.2.7/hook"
GOOD: dict[str, Any] = {
    "external_id": "SZ-1", "service": "wish", "name": "阿丽", "mobile": "138 0013 8000",
    "answers": {"kind": "goods", "about": "想要一把遮阳伞", "people": 3},
}  # fmt: skip


@pytest.fixture
def town() -> make.World:
    made = make.world()
    steps = (replace(WISH.steps[0], route=Route.OWN_UNION, roles=("cadre", "chair")), WISH.steps[1])
    make.published(replace(WISH, steps=steps))
    return made


@pytest.fixture
def admin(town: make.World) -> Actor:
    return make.acting(make.user("县管理员", role=Role.ADMIN, at=town.county))


@pytest.fixture
def partner(town: make.World, admin: Actor) -> Partner:
    return partners.add_partner(
        actor=admin, union_id=town.county.pk, name="省一张网", purpose="办件互通", at=NOW
    )


def token(admin: Actor, partner: Partner, *scopes: str) -> str:
    _row, plain = partners.issue_token(
        actor=admin,
        partner_id=partner.pk,
        name="t",
        scopes=scopes or ("cases.send", "cases.read"),
        days=366,
        at=NOW,
    )
    # The API reads the real clock, which may stand anywhere.
    PartnerToken.objects.update(expires_at=NOW + timedelta(days=3650))
    return plain


def call(plain: str, body: object = None, path: str = "/api/v1/exchange/cases") -> Any:
    headers = {"Authorization": f"Bearer {plain}"}
    if body is None:
        return Client().get(path, headers=headers)
    return Client().post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_case_sent_in_twice_is_one_case_and_the_person_is_told(
    town: make.World, admin: Actor, partner: Partner
) -> None:
    plain = token(admin, partner)

    first, second = call(plain, GOOD), call(plain, GOOD)

    case = CaseFile.objects.get()
    assert (first.status_code, second.status_code, first.json()) == (201, 200, second.json())
    assert (case.state, case.path, case.person_id, case.user_id) == (
        "open", town.grassroots.path, town.ali.person_id, None,
    )  # fmt: skip
    assert "省一张网" in case.events.get(act="submit").note
    assert Notice.objects.filter(person_id=town.ali.person_id).count() == 1
    assert call(plain, path="/api/v1/exchange/cases/SZ-1").json()["reference"] == case.reference


def test_wrong_answers_are_named_and_nothing_is_kept(
    town: make.World, admin: Actor, partner: Partner
) -> None:
    plain = token(admin, partner)

    refused = call(plain, GOOD | {"answers": {"kind": "gold", "people": 3}})

    assert (refused.status_code, CaseFile.objects.count(), SentIn.objects.count()) == (422, 0, 0)
    assert {problem["field"] for problem in refused.json()["problems"]} == {"kind", "about"}
    for wrong in ({"mobile": "123"}, {"name": " "}, {"service": "nothing"}):
        assert call(plain, GOOD | wrong).status_code in {404, 422}
    assert CaseFile.objects.count() == 0


def test_tokens_are_good_for_their_scope_until_withdrawn_and_never_stored(
    town: make.World, admin: Actor, partner: Partner
) -> None:
    reading = token(admin, partner, "cases.read")
    row = PartnerToken.objects.get()

    assert reading not in (row.token_hash, row.prefix)
    assert call(reading, GOOD).status_code == 401
    assert call(reading, path="/api/v1/exchange/cases/none").status_code == 404
    assert call(reading, path="/api/v1/me/").status_code == 401  # no account stands behind it
    partners.revoke(actor=admin, token_id=row.pk, at=NOW)
    with pytest.raises(StaleState):
        partners.revoke(actor=admin, token_id=row.pk, at=NOW)
    assert call(reading, path="/api/v1/exchange/cases/none").status_code == 401


def test_an_ended_exchange_refuses_every_token(town: make.World, admin: Actor, partner: Partner) -> None:
    plain = token(admin, partner)
    partners.switch(actor=admin, partner_id=partner.pk, is_active=False, at=NOW)

    assert call(plain, GOOD).status_code == 401


def test_one_partner_does_not_see_anothers_cases(town: make.World, admin: Actor, partner: Partner) -> None:
    call(token(admin, partner), GOOD)
    other = partners.add_partner(actor=admin, union_id=town.county.pk, name="平台", purpose="入会", at=NOW)

    assert call(token(admin, other), path="/api/v1/exchange/cases/SZ-1").status_code == 404


def test_partners_get_the_services_of_their_own_union_only(town: make.World, admin: Actor) -> None:
    publish(
        definition=replace(WISH, key="next_only", title=text("邻镇")),
        actor=system(),
        at=NOW,
        owner_path=town.next_town.path,
    )
    here = partners.add_partner(actor=admin, union_id=town.town.pk, name="镇平台", purpose="办件", at=NOW)

    assert call(token(admin, here), GOOD | {"service": "next_only"}).status_code == 403
    assert CaseFile.objects.count() == 0


def test_partners_belong_to_whoever_manages_accounts_there(town: make.World, partner: Partner) -> None:
    elsewhere = make.acting(make.user("镇管理员", role=Role.ADMIN, at=town.town))

    with pytest.raises(NotVisible):
        partners.issue_token(
            actor=elsewhere, partner_id=partner.pk, name="t", scopes=["cases.read"], days=9, at=NOW
        )
    with pytest.raises(NotVisible):
        exchange.set_webhook(actor=elsewhere, partner_id=partner.pk, url=HOOK, at=NOW)
    pages = [Client() for _ in range(2)]
    for page, who in zip(pages, (town.xiaobo, town.ali), strict=True):
        page.force_login(who)
    assert [page.get("/desk/exchange/").status_code for page in pages] == [404, 404]


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.7/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/",
        "https://a:b@192.0.2.7/",
        "x",
    ],
)
def test_a_webhook_leads_to_another_machine_and_is_sealed(admin: Actor, partner: Partner, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        exchange.set_webhook(actor=admin, partner_id=partner.pk, url=url, at=NOW)
    assert refused.value.field == "url"


def test_each_step_is_told_once_signed_and_without_names(
    town: make.World, admin: Actor, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hook, secret = exchange.set_webhook(actor=admin, partner_id=partner.pk, url=HOOK, at=NOW)
    heard: list[Any] = []

    def answer(url: str, *, content: bytes, headers: dict[str, str], timeout: float) -> httpx.Response:
        heard.append((content, headers))
        return httpx.Response(503 if len(heard) == 1 else 200)

    monkeypatch.setattr(httpx, "post", answer)
    call(token(admin, partner), GOOD)
    case = CaseFile.objects.get()
    service.approve(on=service.ActOn(case.pk, case.version, make.acting(town.xiaobo), NOW))
    Call.objects.update(next_at=NOW)

    tried = [
        exchange.deliver_due(at=NOW),
        exchange.deliver_due(at=NOW),
        exchange.deliver_due(at=NOW + timedelta(minutes=1)),
    ]

    assert tried == [2, 0, 1]  # the first was not taken and is tried again a minute later
    assert list(Call.objects.filter(taken_at=None)) == []
    for content, headers in heard:
        stamp = headers["X-SmartUnion-Timestamp"].encode()
        right = hmac.new(secret.encode(), stamp + b"." + content, sha256).hexdigest()
        assert headers["X-SmartUnion-Signature"] == f"sha256={right}"
        assert "阿丽".encode() not in content
        assert "遮阳伞".encode() not in content
    assert [json.loads(content)["event"] for content, _ in heard] == [
        "case.submit",
        "case.approve",
        "case.submit",
    ]


def test_a_message_nobody_takes_is_given_up_and_sent_again_by_hand(
    town: make.World, admin: Actor, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.set_webhook(actor=admin, partner_id=partner.pk, url=HOOK, at=NOW)
    monkeypatch.setattr(httpx, "post", lambda *_args, **_more: httpx.Response(500))
    call(token(admin, partner), GOOD)
    at = NOW + timedelta(days=400)  # the API wrote with the real clock
    for _ in range(20):
        at += timedelta(days=365 * 10)
        exchange.deliver_due(at=at)

    row = Call.objects.get()
    assert (row.next_at, row.taken_at, row.attempts, row.error) == (None, None, 11, "HTTP 500")
    exchange.try_again(actor=admin, call_id=row.pk, at=at)
    assert exchange.deliver_due(at=at) == 1


def test_a_partner_whose_exchange_was_ended_hears_no_more(
    town: make.World, admin: Actor, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.set_webhook(actor=admin, partner_id=partner.pk, url=HOOK, at=NOW)
    heard: list[object] = []
    monkeypatch.setattr(httpx, "post", lambda *_args, **more: heard.append(more) or httpx.Response(200))
    case = CaseFile.objects.get(reference=call(token(admin, partner), GOOD).json()["reference"])
    Call.objects.update(next_at=NOW)
    partners.switch(actor=admin, partner_id=partner.pk, is_active=False, at=NOW)

    service.approve(on=service.ActOn(case.pk, case.version, make.acting(town.xiaobo), NOW))

    assert Call.objects.count() == 1  # what came before waits, should the exchange be taken up again
    assert exchange.deliver_due(at=NOW) == 0
    assert heard == []


def test_the_pages_make_tokens_and_show_them_once(town: make.World, partner: Partner) -> None:
    boss = make.user("县管理员二", role=Role.ADMIN, at=town.county)
    client = Client()
    client.force_login(boss)
    page = f"/desk/exchange/{partner.pk}/"

    made = client.post(
        page, {"do": "token", "name": "省平台", "days": "90", "scopes": ["cases.send"]}
    ).content.decode()
    wrong = client.post(page, {"do": "token", "name": "省平台", "days": "9000", "scopes": ["cases.send"]})
    hook = client.post(page, {"do": "webhook", "url": HOOK}).content.decode()

    assert ("sp_" in made, "whs_" in hook, wrong.status_code) == (True, True, 422)
    again = client.get(page).content.decode()
    assert PartnerToken.objects.get().prefix in again
    assert made.split('data-copy="sp_')[1][:20] not in again
