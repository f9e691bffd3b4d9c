"""Putting a notice into an inbox."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.utils import translation

from smartunion.core.actor import Actor
from smartunion.ground.notices import queries
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.notices.service import tell
from smartunion.ground.notices.templates import TEMPLATES, Template, filled, register

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def joined(key: str = "a", **changes: object) -> Notice:
    given = {"person_id": 7, "link": "/me/card/"} | changes
    return tell(
        template="test.joined",
        context={"union": "恒达物流工会", "day": date(2026, 5, 3)},
        key=key,
        at=AT,
        **given,
    )  # type: ignore[arg-type]


def test_a_notice_stands_in_the_inbox_and_in_the_outbox() -> None:
    notice = joined()

    assert (notice.title, notice.body) == ("欢迎加入恒达物流工会", "您自2026-05-03起成为会员，会费 0.5%。")
    assert [(d.channel, d.state, d.next_at) for d in notice.deliveries.all()] == [("sms", "waiting", AT)]


def test_the_same_key_tells_once() -> None:
    first = joined()

    assert joined(person_id=8) == first
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_nothing_is_told_when_the_flow_fails() -> None:
    with transaction.atomic():
        joined()
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


def test_the_caller_may_choose_other_channels() -> None:
    assert [d.channel for d in joined(channels=("email", "wechat")).deliveries.order_by("id")] == [
        "email",
        "wechat",
    ]
    assert joined("b", channels=()).deliveries.count() == 0


@pytest.mark.parametrize(
    "link", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_links_lead_nowhere_else(link: str) -> None:
    with pytest.raises(ValueError, match="local"):
        joined(link=link)

    assert not Notice.objects.exists()


def test_a_notice_needs_recipient_template_and_places() -> None:
    with pytest.raises(ValueError, match="person_id"):
        joined(person_id=None)
    with pytest.raises(ValueError, match="channels"):
        joined(channels=("pigeon",))
    with pytest.raises(KeyError):
        tell(template="test.none", context={}, key="x", at=AT, person_id=1)
    with pytest.raises(KeyError, match="day"):
        tell(template="test.joined", context={"union": "x"}, key="x", at=AT, person_id=1)

    assert not Notice.objects.exists()


def test_numbers_that_identify_somebody_are_blotted_out() -> None:
    notice = tell(
        template="test.inbox", key="a", at=AT, user_id=1, link="",
        context={"text": "请回电 13800138000，证件 11010519491231002X", "number": 13800138000},
    )  # fmt: skip

    assert notice.body == "请回电 [phone]，证件 [id]"
    assert notice.context["number"] == "[phone]"


def test_a_percent_sign_in_somebodys_words_stays_one() -> None:
    assert filled("%(text)s %% 完成", {"text": "100%(x)s %%"}) == "100%(x)s %% % 完成"


def test_a_long_title_is_cut_with_an_ellipsis() -> None:
    notice = tell(
        template="test.joined", context={"union": "工" * 200, "day": "x"}, key="a", at=AT, user_id=1
    )

    assert len(notice.title) == 120
    assert notice.title.endswith("…")


def test_everybody_reads_her_own_inbox_only() -> None:
    joined("a", person_id=7)
    joined("b", person_id=None, user_id=3)
    joined("c", person_id=8)

    mine = queries.inbox(Actor(user_id=3, person_id=7))

    assert [line.notice.key for line in mine.unread] == ["b", "a"]
    assert queries.unread_count(Actor(user_id=3, person_id=7)) == 2
    assert queries.inbox(Actor()).unread == []
    assert queries.unread_count(Actor()) == 0
    assert queries.inbox(Actor(user_id=9)).unread == []


def test_the_reader_gets_her_own_language() -> None:
    register(Template("test.words", translation.gettext_lazy("Yes"), "%(text)s", channels=()))
    notice = tell(template="test.words", context={"text": "x"}, key="a", at=AT, user_id=1)

    assert (notice.title, queries.line(notice).title) == ("是", "是")
    with translation.override("en"):
        assert queries.line(notice).title == "Yes"
    TEMPLATES.pop("test.words")
    with translation.override("en"):
        assert queries.line(notice).title == "是"


def test_templates_are_registered_once_and_for_known_channels() -> None:
    with pytest.raises(ValueError, match="twice"):
        register(TEMPLATES["test.joined"])
    with pytest.raises(ValueError, match="channels are"):
        register(Template("test.bad", "x", "x", channels=("pigeon",)))


def test_pages_follow_one_another() -> None:
    for n in range(45):
        joined(f"k{n}", user_id=3)
    Notice.objects.filter(pk__lte=Notice.objects.order_by("pk")[42].pk).update(read_at=AT)
    actor = Actor(user_id=3)

    first = queries.inbox(actor)
    second = queries.inbox(actor, before=first.next_before)
    third = queries.inbox(actor, before=second.next_before)

    assert [len(first.unread), len(first.read), len(second.read), len(third.read)] == [2, 20, 20, 3]
    assert second.unread == []
    assert third.next_before is None
    shown = [line.notice.pk for page in (first, second, third) for line in page.unread + page.read]
    assert len(set(shown)) == 45
