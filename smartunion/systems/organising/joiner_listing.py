"""The lists behind a drive's numbers: whoever joined, joiners checked against the register, the register itself."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor, within
from smartunion.core.errors import joined_sentences
from smartunion.core.keys import prefixed
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Flag, Text
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, Listing
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.queries.members import find_members
from smartunion.systems.organising.models import JoinerCheck, RegisteredDriver
from smartunion.systems.organising.unit_filter import Unit
from smartunion.systems.organising.verifying import CheckState, CheckVerdict


def reason_words(reason: dict[str, Any]) -> str:
    """One reason code as a sentence, "" for an unknown one."""
    code = reason.get("code")
    if code == "same_id":
        return gettext("ID number and name are in the register.")
    if code == "other_name":
        return gettext("The register has this ID number under %(name)s: compare with the ID card.") % reason
    if code == "same_name_phone":
        return gettext("Name and phone are in the register.")
    if code == "other_id":
        return gettext("Its ID number there is another one: one of the two is mistyped.")
    if code == "phone_of_other":
        return (
            gettext(
                "The phone is in the register, but of %(name)s: perhaps a changed number, perhaps one phone for two."
            )
            % reason
        )
    if code == "not_found":
        return gettext("Neither ID number nor name and phone are in the register: ask for the licence.")
    if code == "expired":
        return gettext("The licence was valid until %(day)s: remind her to renew it.") % reason
    if code == "no_validity":
        return gettext("The register does not say how long the licence is valid.")
    if code == "also_on":
        return gettext("Also registered with %(platforms)s; counted once.") % {
            "platforms": "、".join(reason["platforms"])
        }
    return ""


def why(row: JoinerCheck) -> str:
    """The reasons as sentences."""
    said = [text for reason in row.reasons if (text := reason_words(reason))]
    if row.verdict:
        said.append(
            gettext("%(who)s: %(verdict)s. %(note)s")
            % {"who": row.verdict_by, "verdict": row.get_verdict_display(), "note": row.verdict_note}
        )
    return joined_sentences(*said)


def _in_subtree(values: list[str]) -> Q:
    return Q(path__gte=values[0], path__lt=values[0][:-1] + "0")


def _platforms(actor: Actor) -> list[tuple[str, str]]:
    rows = JoinerCheck.objects.visible_to(actor).exclude(platform="").order_by("platform")
    names = rows.values_list("platform", flat=True).distinct()[:200]
    return [(name, name) for name in names]


def _find(rows: Any, text: str) -> Any:
    if text.isdigit() and len(text) == 4:
        return rows.filter(person__mobile_tail=text)
    return rows.filter(in_any_spelling(text, _joiner_named))


def _joiner_named(text: str) -> Q:
    by_name = prefixed("person__name", text) | Q(union__name__icontains=text)
    return by_name | prefixed("person__initials", text.lower()) if text.isascii() else by_name


def _state_words(row: JoinerCheck) -> str:
    return str(row.get_verdict_display() if row.verdict else row.get_state_display())


def _tone(row: JoinerCheck) -> str:
    return "done" if row.is_verified else "rejected" if row.verdict == CheckVerdict.REJECTED else "waiting"


def _valid_until(row: JoinerCheck) -> date | None:
    return row.valid_until


JOINERS = Listing(
    key="organising.joiners",
    title=_("Joiners and the transport register"),
    unit=_("people"),
    count_limit=CHEAP_COUNT_LIMIT,
    columns=(
        Column(key="name", label=_("Name"), value="person.name", sort="person__pinyin", priority=1, width=14),
        Column(key="state", label=_("Check"), value=_tone, kind="state", label_of=_state_words, priority="side"),
        Column(key="why", label=_("Why"), value=why, width=50),
        Column(key="platform", label=_("Platform"), sort="platform"),
        Column(key="union", label=_("Union"), value="union.name", width=30),
        Column(key="valid_until", label=_("Licence valid until"), value=_valid_until, kind="date", sort="valid_until", priority=3),
        Column(key="joined_on", label=_("Joined"), kind="date", sort="joined_on", priority=3),
        Column(key="checked_at", label=_("Checked"), kind="date", sort="checked_at", priority=3, shown=False),
    ),
    order=("is_verified", "state"),
    search=Text(key="q", label=_("Name, initials or last digits of the phone"), find=_find),
    filters=(
        Choice(key="state", label=_("Register says"), options=CheckState.choices, multiple=True),
        Choice(key="platform", label=_("Platform"), options=_platforms),
        Unit(permission="members.view", key="town", label=_("Unit"), where=_in_subtree),
        Flag(key="verified", label=_("Verified as drivers"), where=Q(is_verified=True)),
        Flag(key="open", label=_("Still to look into"), where=Q(is_verified=False, verdict="")),
        Choice(key="verdict", label=_("Looked into"), options=CheckVerdict.choices, secondary=True),
    ),
    row_url=lambda row: reverse("joining:joiner", args=[row.pk]),
    empty_title=_("Nobody has been checked yet"),
    empty_text=_("Bring in the extract of the transport department, then check the joiners from the drive's progress."),
    empty_icon="person-check",
)  # fmt: skip


def _in_union_subtree(values: list[str]) -> Q:
    return within(values[:1], "union_path")


def _by_name(name: str, key: str, text: str) -> Q:
    """By the beginning of the name, or of its pinyin."""

    def begins(text: str) -> Q:
        spelt = text.lower().replace(" ", "") if text.isascii() else ""
        return prefixed(name, text) | prefixed(key, spelt)

    return in_any_spelling(text, begins)


def _standing(row: Membership) -> str:
    return "closed" if row.ended_on else "active"


def _standing_words(row: Membership) -> str:
    if row.ended_on:
        return gettext("ended on %(day)s") % {"day": row.ended_on.isoformat()}
    return str(row.get_state_display())


JOINED = DateRange(key="joined", label=_("Joined"), field="started_on")

CAME = Listing(
    key="organising.drive_members",
    title=_("People who joined by the code"),
    unit=_("people"),
    columns=(
        Column(key="name", label=_("Name"), value="person.name", sort="name_key", priority=1, width=14),
        Column(key="state", label=_("State"), value=_standing, kind="state", label_of=_standing_words, priority="side"),
        Column(key="union", label=_("Union"), value="union.name", width=30),
        Column(
            key="employer", label=_("Employer"), width=30,
            value=lambda row: row.employer.name if row.employer else row.employer_name,
        ),
        Column(key="joined_on", label=_("Joined"), value="started_on", kind="date", sort="started_on"),
    ),
    order=("name_key",),
    search=Text(key="q", label=_("Name, pinyin, initials or last digits of the phone"), find=find_members),
    filters=(
        Unit(permission="members.view", key="town", label=_("Unit"), where=_in_union_subtree),
        JOINED,
        Choice(
            key="running", label=_("Membership"), options=(("yes", _("runs")), ("no", _("has ended"))),
            where=lambda chosen: Q(ended_on__isnull=chosen[0] == "yes"),
        ),
    ),
    row_url=lambda row: reverse("desk:person", args=[row.person_id]),
    empty_title=_("Nobody has joined by this code yet"),
    empty_text=_("Hang up the poster or send the link; whoever joins by it stands here at once."),
    empty_icon="people",
)  # fmt: skip


def _driver_platforms(actor: Actor) -> list[tuple[str, str]]:
    rows = RegisteredDriver.objects.visible_to(actor).exclude(platform="").order_by("platform")
    return [(name, name) for name in rows.values_list("platform", flat=True).distinct()[:200]]


def _find_driver(rows: Any, text: str) -> Any:
    if text.isdigit() and len(text) == 4:
        return rows.filter(mobile_tail=text)
    return rows.filter(_by_name("name", "name_key", text) | Q(name_key__endswith=f" {text.lower()}"))


def _member_words(row: Any) -> str:
    return gettext("Is a member") if row.is_member else gettext("Not yet a member")


DRIVERS = Listing(
    key="organising.registered_drivers",
    title=_("Drivers of the transport register"),
    unit=pgettext_lazy("register", "entries"),
    count_limit=CHEAP_COUNT_LIMIT,
    columns=(
        Column(key="name", label=_("Name"), sort="name_key", priority=1, width=14),
        Column(key="member", label=_("Membership"), value=lambda row: "done" if row.is_member else "waiting", kind="state",
               label_of=_member_words, priority="side"),
        Column(key="platform", label=_("Platform")),
        Column(key="place", label=_("Place"), value="union_name", width=30),
        Column(key="tail", label=_("Phone ends in"), value="mobile_tail", kind="code", width=10),
        Column(key="valid_until", label=_("Licence valid until"), kind="date", priority=3),
    ),
    order=("name_key",),
    search=Text(key="q", label=_("Name, initials or last digits of the phone"), find=_find_driver),
    filters=(
        Choice(
            key="member", label=_("Membership"), options=(("yes", _("Is a member")), ("no", _("Not yet a member"))),
            where=lambda chosen: Q(is_member=chosen[0] == "yes"),
        ),
        Choice(key="platform", label=_("Platform"), options=_driver_platforms),
        Unit(permission="members.view", key="town", label=_("Unit"), where=_in_subtree),
        Flag(key="talked", label=_("Talked with"), where=Q(driver__last_at__isnull=False)),
        DateRange(key="valid", label=_("Licence valid until"), field="valid_until", secondary=True),
    ),
    row_url=lambda row: reverse("desk:person", args=[row.person_id]) if row.is_seen
    else reverse("coverage:driver", args=[row.driver_id]) if row.driver_id else "",
    empty_title=_("No driver of the register is placed here"),
    empty_text=_("Rows come with the extract of the transport department when the joiners are checked against it."),
    empty_icon="truck",
)  # fmt: skip
