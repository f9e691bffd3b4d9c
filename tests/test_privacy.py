"""No leader's page or export shows a person's illness, poverty, counselling or dispute: made first, then looked for everywhere."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.listing import Listing, views
from smartunion.core.listing.page import Page, build_page
from smartunion.engines.payments.models import Payable
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows.tokens import create_token
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.kinds import KINDS
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import forgetting
from smartunion.ground.registry.models import MergeKind
from smartunion.ground.registry.taking_along import everything_about
from smartunion.systems.organising.rules import WorkList
from smartunion.systems.stewardship.correction_listings import CORRECTIONS
from tests.private_world import NAME, WORDS, Sorrows, befall, member_of
from tests.refusals_world import AT, Town, _user, build
from tests.test_api_contract import DOCUMENT
from tests.test_refusals import names, url_for

pytestmark = [pytest.mark.django_db, pytest.mark.once]

#: What the counsellor wrote for herself and for whoever took over.
NOT_HERS = {"咨询师手记重度", "转介情况说明"}
#: Those who lead, watch or neighbour, and help in none of it: who they are, by the name tests use.
ROLES = ("leader", "chair", "admin above", "cadre beside")


class Part(Enum):
    """Of all addresses: every one; lists and those of her records; tabs alone."""

    WHOLE = "whole"
    HERS = "hers"
    LISTS = "lists"


class Look:
    """Somebody of one role, and everything she can open."""

    #: The list the last page showed.
    listing: ClassVar[Listing | None] = None

    def __init__(self, user: User, town: Town, she: Sorrows) -> None:
        self.user, self.town, self.she = user, town, she
        self.held = town.objects | she.records
        self.may = actor_of(user, on=AT.date())
        self.client = Client(raise_request_exception=False)
        self.client.force_login(user)
        self.opened = 0

    def read(self, url: str, **headers: str) -> str:
        """What the address shows her as text; empty when she is refused."""
        answer = self.client.get(url, headers=headers or None)
        if answer.status_code >= 400:
            assert answer.status_code < 500, url
            return ""
        self.opened += 1
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if content.startswith(b"PK"):  # a workbook or an archive
            with zipfile.ZipFile(io.BytesIO(content)) as held:
                content = b"".join(held.read(name) for name in held.namelist())
        return content.decode("utf-8", "replace")

    def everything(self, part: Part) -> Iterator[tuple[str, str]]:
        """What each address shows her; of the whole also each list as a file with every column, and every call of the API."""
        seen: set[str] = set()
        for url in (*self.pages(part), *self.tabs()):
            Look.listing = None
            yield url, self.read(url)
            if part is Part.WHOLE and Look.listing is not None and Look.listing.key not in seen:
                seen.add(Look.listing.key)
                columns = [("cols", key) for key in Look.listing.by_key]
                whole = f"{url}{'&' if '?' in url else '?'}{urlencode([*columns, ('export', 'csv')])}"
                yield whole, self.read(whole)
        if part is Part.WHOLE:
            yield from self.calls()

    def pages(self, part: Part) -> Iterator[str]:
        """Addresses, of her own records where one names that kind; what the guard refuses before it reads is left out."""
        hers = Town(self.town.federation, self.town.factory, objects=self.held)
        for name, pattern in names():
            wanted = getattr(pattern.callback, "required_permissions", ())
            may = not wanted or any(one == "person" or self.may.can(one) for one in wanted)
            records = {key.removesuffix("_id") for key in pattern.pattern.converters if key.endswith("_id")}
            url = url_for(name, pattern, hers)
            if url is None or not may or name == "accounts:signout":
                continue
            is_staff = url.startswith(("/desk/", "/board/"))
            if part is Part.WHOLE or (
                part is Part.HERS and (records & set(self.she.records) or (is_staff and not records))
            ):
                yield url

    def tabs(self) -> Iterator[str]:
        """What stands behind words: tabs, queues, every kind of fact, her cases and herself."""
        yield from (f"{reverse('boards:behind')}?{urlencode({'kind': kind})}" for kind in KINDS)
        yield from (reverse("coverage:list", args=[work_list]) for work_list in WorkList)
        yield from (reverse("stewardship:duplicates", args=[kind]) for kind in MergeKind)
        yield from (reverse("stewardship:corrections", args=[queue]) for queue in CORRECTIONS)
        scopes = ("open", "waiting", "ended", "all")
        yield from (reverse("casework:queue_scope", args=[scope]) for scope in scopes)
        for case in self.she.cases:
            yield from (reverse(f"casework:{name}", args=[case.pk]) for name in ("case", "desk_case"))
            yield reverse("casework:queue_scope", args=["all"]) + f"?q={case.reference}"

    def calls(self) -> Iterator[tuple[str, str]]:
        """Every reading call of the API."""
        me = Actor(user_id=self.user.pk, person_id=None, name=self.user.name)
        _row, token = create_token(actor=me, name="t", days=2, at=clock.now())
        for path, operations in DOCUMENT["paths"].items():
            wanted = re.findall(r"{(\w+)}", path)
            if "get" in operations and all(name.removesuffix("_id") in self.held for name in wanted):
                url = path.format(**{name: self.held[name.removesuffix("_id")].pk for name in wanted})
                whole = (
                    f"{url}?{urlencode({'q': NAME, 'path': self.town.factory.path, 'kind': 'payments.paid'})}"
                )
                yield whole, self.read(whole, authorization=f"Bearer {token}")

    def about_her(self) -> dict[str, str]:
        """Pages on which she, her union or its numbers stand, without what differs from one request to the next."""
        union = self.town.factory.pk
        urls = [
            reverse("desk:home"), f"{reverse('desk:search')}?q={NAME}", f"{reverse('desk:members')}?q={NAME}",
            reverse("desk:person", args=[self.she.person.pk]), reverse("desk:union", args=[union]),
            reverse("desk:union_benefits", args=[union]), reverse("desk:union_history", args=[union]),
            reverse("desk:union_members", args=[union]), reverse("boards:coverage", args=[self.town.federation.pk]),
            reverse("notices:inbox"), reverse("policies:counting", args=[self.town.objects["counting"].pk]),
            reverse("matters:order_figures"),
        ]  # fmt: skip
        return {url: _settled(self.read(url)) for url in urls}


def _noting(listing: Listing, *given: Any, **named: Any) -> Page:
    Look.listing = listing
    return build_page(listing, *given, **named)


def _watching(town: Town) -> User:
    """Leader and inspector of the town in one: what neither sees, this one does not."""
    user = _user("watching", Role.LEADER, town.federation)
    RoleGrant.objects.create(
        user=user, role=Role.INSPECTOR, union=town.federation, valid_from=date(2020, 1, 1)
    )
    return user


def _settled(text: str) -> str:
    return re.sub(
        r'value="[\w-]{36,64}"|nonce="[^"]+"|csrf[^>]+>|X-CSRFToken[^}]+|\d\d:\d\d(:\d\d)?|live/[\w.:=-]+|<a class="bell".*',
        "",
        text,
    )


@pytest.fixture
def struck() -> tuple[Town, Sorrows]:
    """The town after everything befell her."""
    town, _other = build()
    she = member_of(town)
    befall(town, she)
    cache.clear()
    return town, she


def test_nobody_who_leads_or_watches_meets_illness_poverty_counselling_or_dispute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "build_page", _noting)
    town, other = build()
    she = member_of(town)
    county = town.federation.parent
    assert county is not None
    users = {
        "leader": _watching(town), "chair": town.people["chair"],         "admin above": _user("county-admin", Role.ADMIN, county), "cadre beside": other.people["cadre"],
    }  # fmt: skip
    looks = {role: Look(users[role], town, she) for role in ROLES}
    cache.clear()
    before = {role: look.about_her() for role, look in looks.items()}
    befall(town, she)
    cache.clear()

    changed = [
        (role, url)
        for role, look in looks.items()
        for url, text in look.about_her().items()
        if text != before[role][url] and (role, url) != ("chair", reverse("notices:inbox"))
    ]
    leaks = []
    for role, look in looks.items():
        # An administrator above may do all that leaders and inspectors may, and more places: she opens everything. Of a
        # stranger's records the refusal matrix says that they are 404.
        part = {"admin above": Part.WHOLE, "cadre beside": Part.LISTS}.get(role, Part.HERS)
        for url, text in look.everything(part):
            said = [word for word in she.words if _stands_in(text, word) and word not in url]
            if said and not _is_own_task(role, url, said, she):
                leaks.append((role, url, said))
        assert look.opened > 50, (role, look.opened)
    assert leaks == []
    assert changed == []
    named = (
        Fact.objects.filter(path=town.factory.path)
        .exclude(kind__startswith="casework.")
        .values_list("kind", flat=True)
    )
    assert [kind for kind in named if not kind.startswith(("registry.", "organising."))] == []


def _stands_in(text: str, word: str) -> bool:
    """Whether a word is on the page. A figure of hers inside a random key of the form is chance, not telling."""
    if not word.isascii():
        return word in text
    return word in text and re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text) is not None


def _is_own_task(role: str, url: str, said: list[str], she: Sorrows) -> bool:
    """The chair gave the first review: that it waited for her stands in her own messages, with its address alone."""
    return role == "chair" and "/messages/" in url and set(said) == {f"/cases/{she.cases[0].pk}/"}


def test_those_who_help_do_see_it(struck: tuple[Town, Sorrows]) -> None:
    town, she = struck
    aid, finance, counsellor = (
        Look(town.people[role], town, she) for role in ("aid", "finance", "counsellor")
    )
    herself = Look(she.user, town, she)

    file = aid.client.post(
        reverse("aid:look", args=[she.records["file"].pk]), {"reason": "年度复查核对"}, follow=True
    )
    shown = {
        "file": file.content.decode(), "claim": aid.read(reverse("mutual:claim", args=[she.records["claim"].pk])),
        "payable": finance.read(reverse("payments:payable", args=[she.records["payable"].pk])),
        "held": counsellor.read(reverse("counselling:held", args=[she.records["consultation"].pk])),
        "asked": herself.read(reverse("counselling:consultation", args=[she.records["consultation"].pk])),
        "self_check": herself.read(reverse("counselling:result", args=[she.records["self_check"].pk])),
        "benefits": herself.read(reverse("portal:benefits")), "union": Look(town.people["chair"], town, she).read(
            reverse("desk:union_benefits", args=[town.factory.pk])
        ),
        "cases": herself.read(reverse("casework:my_cases")), "mine": herself.read(reverse("payments:mine")),
    }  # fmt: skip
    words = {
        "file": "红斑狼疮",
        "claim": "13579.31",
        "payable": "9,000.00",
        "asked": "夜夜惊恐",
        "cases": she.cases[0].reference,
        "benefits": "6,317",
        "self_check": "重度",
        "union": "职工互助保障",
    }
    assert {key for key, word in words.items() if word not in shown[key]} == set()


def test_she_takes_all_of_it_along_and_what_the_law_does_not_keep_goes(
    struck: tuple[Town, Sorrows],
) -> None:
    _town, she = struck
    told = str([rows for _part, rows in everything_about(she.person.pk)]).replace(",", "")
    assert {word for word in WORDS if word not in told} == NOT_HERS

    forgetting.forget(she.person.pk)

    left = {
        (word, model._meta.label)
        for model in apps.get_models() if model._meta.app_label in {"payments", "mutual", "aid", "counselling", "offers"}
        for row in model._default_manager.order_by("pk").values()
        for word in WORDS if word in str(row)
    }  # fmt: skip
    kept = {
        ("6222020000000012344", "payments.Payable"),
        ("6317", "aid.AidGiven"),
    }  # receipts: an account, a sum
    assert left == kept
    assert Payable.objects.get(pk=she.records["payable"].pk).amount_yuan == Decimal(9000)
