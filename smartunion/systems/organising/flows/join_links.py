"""Links for one person each: made, sent, opened, used once, withdrawn, forgotten."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes import phone
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible, Refusal, StaleState, TooMany
from smartunion.core.ids import readable
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.notices import senders
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Employer, Person
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.flows.joining_entry import Joined, JoinForm
from smartunion.systems.organising.models import JoiningDrive, JoinLink

log = logging.getLogger(__name__)
#: Sixteen letters and digits out of twenty-nine: nobody finds a link by trying.
TOKEN_LENGTH = 16
#: As many people as one page of codes to hand out bears.
MOST = 50
#: As many as are sent by text message in the background at once.
MOST_TEXTED = 5000
#: Links that led to nothing are deleted so long after they ran out or were withdrawn.
KEPT = timedelta(days=180)
#: An application by a link may be sent again for so long, its answer lost on the way; then the link forgets her phone.
_TAPS = timedelta(days=1)
PARAMETER = "organising.join_link_days"
TEXT = "organising.text_links"
_TEXTS_PER_PHONE = Limit(2, timedelta(hours=24))


class LinkClosed(Refusal):
    """The link was used, withdrawn or has run out."""

    code = "link_closed"
    status = 410


class LinkOfAnother(Refusal):
    """The link was made out to somebody else."""

    code = "link_of_another"


class NotSent(Refusal):
    """A text message did not go out; the link is there."""

    code = "not_sent"


@dataclass(frozen=True)
class Named:
    """Whom a link is for."""

    name: str
    mobile: str


@dataclass(frozen=True)
class Made:
    """A link just made. token: known now alone; was_sent: by text message, None when nobody asked for one."""

    link: JoinLink
    token: str
    was_sent: bool | None = None

    @property
    def url(self) -> str:
        """The address to hand out."""
        return f"{settings.PUBLIC_URL}{reverse('joining:by_link', args=[self.token])}"


def may_make(actor: Actor, drive: JoiningDrive) -> bool:
    """Whether somebody makes links by this code: who manages it, or visits the firms of its place."""
    return actor.can("drives.manage", path=drive.path) or actor.can("organising.visit", path=drive.path)


def most_days(path: str, on: date) -> int:
    """How long a link may hold."""
    return int(policies.value(PARAMETER, path=path, on=on))


def people_in(text: str) -> list[Named]:
    """People written one a line, name and mobile number. Raises InvalidInput naming people, with the lines at fault."""
    lines = [(number, squeeze(line)) for number, line in enumerate(text.splitlines(), 1) if squeeze(line)]
    given = []
    for number, line in lines:
        name, _gap, digits = line.replace("，", " ").replace(",", " ").rstrip().rpartition(" ")
        given.append((number, name, digits))
    return people_of(given)


def people_of(given: Iterable[tuple[int, str, str]]) -> list[Named]:
    """People by (line, name, mobile number), checked. Raises InvalidInput naming people, with the lines at fault."""
    people, wrong = [], []
    for number, name, digits in given:
        named, found = squeeze(name), phone.check_mobile(digits)
        if 2 <= len(named) <= 60 and found.ok:
            people.append(Named(named, found.code))
        else:
            wrong.append(str(number))
    if wrong:
        raise InvalidInput(
            _("Line %(lines)s is no name with a mobile number.") % {"lines": "、".join(wrong[:10])},
            remedy=_("Write one person a line, such as 王芳 13800138000."), field="people",
        )  # fmt: skip
    return people


def make_links(
    *, actor: Actor, drive_id: int, people: Sequence[Named], at: datetime, days: int | None = None,
    employer_id: int | None = None, sends: bool = False,
) -> list[Made]:  # fmt: skip
    """Make a link for each person; who has one that was not used gets a new one in its place, the old one ends.

    days: for how long, None for as long as the rule allows; sends: each goes out as a text message.
    Raises NotVisible, NotAllowed; InvalidInput naming people or days, LinkClosed when the code is not in use.
    """
    made = _made(actor, drive_id, people, _Terms(days, employer_id), at)
    return [_texted(one, at) for one in made] if sends else made


@dataclass(frozen=True)
class _Terms:
    """For how many days, and for whose people."""

    days: int | None
    employer_id: int | None


@transaction.atomic
def text_many(
    *, actor: Actor, drive_id: int, people: Sequence[Named], at: datetime, days: int | None = None,
    employer_id: int | None = None,
) -> Job:  # fmt: skip
    """Make a link for each of many people, up to 5000, and send them by text message in the background, with progress and a
    result file of who got it and who not; the addresses are known to nobody before.

    Raises NotVisible; InvalidInput naming people or days, LinkClosed when the code is not in use; StaleState where somebody
    else makes links for the same people in this moment.
    """
    drive, until = _terms(actor, drive_id, people, _Terms(days, employer_id), at, MOST_TEXTED)
    named = list({one.mobile: one for one in people}.values())
    ids: list[int] = []
    for start in range(0, len(named), _PART):
        ids += _many(actor, drive, named[start : start + _PART], until, at)
    audit.record(actor, "organising.join_links_made", drive, at=at, data={"links": len(ids)})
    title = _("Text messages with joining links (%(n)s)") % {"n": len(ids)}
    return enqueue(actor=actor, kind=TEXT, title=title, payload={"ids": ids}, at=at)


_PART = 500


def _many(
    actor: Actor,
    drive: JoiningDrive,
    people: Sequence[Named],
    until: tuple[date, Employer | None],
    at: datetime,
) -> list[int]:
    """Links of some people, in their order; who has one that was not used keeps its row. Returns their keys."""
    mobiles = [one.mobile for one in people]
    unused = JoinLink.objects.unused().filter(drive=drive, mobile_index__of=mobiles)
    found = {link.mobile: link.pk for link in unused}
    for one in people:
        if one.mobile in found:
            found[one.mobile] = _one(actor, drive, one, until, at).link.pk
    fresh = [
        JoinLink(
            drive=drive, mobile=one.mobile, name=one.name, token_hash=_hash(readable(TOKEN_LENGTH)), ends_on=until[0],
            employer=until[1], user_id=actor.user_id, made_by=actor.name[:80], created_at=at,
        )
        for one in people
        if one.mobile not in found
    ]  # fmt: skip
    try:
        with transaction.atomic():
            JoinLink.objects.bulk_create(fresh)
    except IntegrityError:
        raise StaleState(_("Somebody makes links for the same people in this moment.")) from None
    found |= {link.mobile: link.pk for link in fresh}
    return [found[mobile] for mobile in mobiles]


def text_one(*, actor: Actor, link_id: int, at: datetime) -> JoinLink:
    """Send a link that was not used by text message, with a new address in place of any before.

    Raises NotVisible; StaleState when it was used, withdrawn or has run out; NotSent with the reason.
    """
    rows = JoinLink.objects.visible_to(actor).select_related("drive__union")
    link = get_visible(rows, link_id)
    _check_in_use(link.drive, local_date(at))
    token = readable(TOKEN_LENGTH)
    open_still = JoinLink.objects.unused().filter(pk=link.pk, ends_on__gte=local_date(at))
    if open_still.update(token_hash=_hash(token)) != 1:
        raise StaleState(_("This link was used, withdrawn or has run out meanwhile."))
    link.token_hash = _hash(token)
    _send(Made(link, token), at)
    return link


@transaction.atomic
def _made(actor: Actor, drive_id: int, people: Sequence[Named], terms: _Terms, at: datetime) -> list[Made]:
    drive, until = _terms(actor, drive_id, people, terms, at, MOST)
    return [_one(actor, drive, one, until, at) for one in dict.fromkeys(people)]


def _terms(
    actor: Actor, drive_id: int, people: Sequence[Named], terms: _Terms, at: datetime, most: int
) -> tuple[JoiningDrive, tuple[date, Employer | None]]:
    """The code, the last day and the employer of links to be made."""
    drives = JoiningDrive.objects.filter(
        actor.within("drives.manage", "path") | actor.within("organising.visit", "path")
    )
    drive = get_visible(drives.select_related("union"), drive_id)
    on = local_date(at)
    _check_in_use(drive, on)
    if not people:
        raise InvalidInput(_("Please say whom the link is for."), field="people")
    if len(people) > most:
        remedy = _("Have the links sent by text message: %(most)s people at once then.") % {
            "most": MOST_TEXTED
        }
        raise InvalidInput(
            _("At most %(most)s people at once.") % {"most": most},
            remedy=remedy if most == MOST else "",
            field="people",
        )
    longest = most_days(drive.path, on)
    days = longest if terms.days is None else terms.days
    if not 1 <= days <= longest:
        raise InvalidInput(_("A link holds for 1 to %(days)s days.") % {"days": longest}, field="days")
    employer = None
    if terms.employer_id is not None and drive.employer_id is None:
        employer = get_visible(Employer.objects.visible_to(actor), terms.employer_id)
    last = on + timedelta(days=days)
    last = min(last, drive.ends_on) if drive.ends_on is not None else last
    return drive, (last, employer)


def _check_in_use(drive: JoiningDrive, on: date) -> None:
    ended = drive.closed_at is not None or (drive.ends_on is not None and drive.ends_on < on)
    if ended or drive.union.state == UnionState.CLOSED:
        raise LinkClosed(
            _("This joining code of %(union)s is no longer in use.") % {"union": drive.union.name},
            remedy=_("Make the links by a code that is open."),
        )


def _one(
    actor: Actor, drive: JoiningDrive, who: Named, until: tuple[date, Employer | None], at: datetime
) -> Made:
    token = readable(TOKEN_LENGTH)
    values = {
        "name": who.name, "token_hash": _hash(token), "ends_on": until[0], "employer": until[1], "user_id": actor.user_id,
        "made_by": actor.name[:80], "created_at": at, "sent_at": None,
    }  # fmt: skip
    unused = JoinLink.objects.unused().filter(drive=drive, mobile_index__of=who.mobile)
    link = unused.first()
    if link is None or not unused.filter(pk=link.pk).update(**values):
        link = JoinLink.objects.create(drive=drive, mobile=who.mobile, **values)
    else:
        link = JoinLink.objects.get(pk=link.pk)
    link.drive = drive
    audit.record(actor, "organising.join_link_made", link, at=at, data={"drive": drive.pk})
    return Made(link, token)


def _texted(made: Made, at: datetime) -> Made:
    """The link as a text message; what keeps it from going out is told and keeps the link."""
    try:
        _send(made, at)
    except NotSent:
        return replace(made, was_sent=False)
    return replace(made, was_sent=True)


def _send(made: Made, at: datetime) -> None:
    """Raises NotSent with the provider's refusal, or too many to one phone."""
    link = made.link
    context = {"union": link.drive.union.name, "day": link.ends_on.isoformat()}
    body = (
        _("%(union)s invites you to join. The link is for you alone, works once and until %(day)s:") % context
    )
    message = senders.Outgoing(
        id=f"j{link.token_hash[-20:]}", channel="sms", to=link.mobile, title=_("SmartUnion"), body=body,
        link=reverse("joining:by_link", args=[made.token]), template="organising.join_link", context=context,
    )  # fmt: skip
    try:
        limits.take(limits.key_of("join-link-text", link.mobile), _TEXTS_PER_PHONE, at=at)
        senders.sender_for("sms").send(message)
    except TooMany:
        raise NotSent(_("Two messages with a link went to this phone within a day already.")) from None
    except Exception as error:  # noqa: BLE001  whatever a provider's sender raises, the link is there and can be shown
        log.warning("organising.link_not_sent id=%s error=%s", link.pk, type(error).__name__)
        raise NotSent(_("The provider of text messages did not take it.")) from None
    JoinLink.objects.filter(pk=link.pk).update(sent_at=at)


@transaction.atomic
def renew(*, actor: Actor, link_id: int, at: datetime) -> Made:
    """A link anew for the same person, in place of the one that got lost or ran out. Raises StaleState when it was used."""
    link = get_visible(JoinLink.objects.visible_to(actor), link_id)
    if link.used_at is not None or link.withdrawn_at is not None:
        raise StaleState(_("This link was used or withdrawn."))
    (made,) = _made(actor, link.drive_id, [Named(link.name, link.mobile)], _Terms(None, link.employer_id), at)
    return made


@transaction.atomic
def withdraw(*, actor: Actor, link_id: int, at: datetime) -> JoinLink:
    """End a link that was not used. Raises NotVisible, StaleState."""
    link = get_visible(JoinLink.objects.visible_to(actor), link_id)
    if JoinLink.objects.unused().filter(pk=link.pk).update(withdrawn_at=at) != 1:
        raise StaleState(
            _("This link was used or withdrawn."), remedy=_("Reload the page to see how it stands.")
        )
    link.withdrawn_at = at
    audit.record(actor, "organising.join_link_withdrawn", link, at=at)
    return link


def link_of(token: str) -> JoinLink:
    """The link of a token, in whatever state. Raises NotVisible."""
    link = _rows().filter(token_hash=_hash(token)).first()
    if link is None:
        raise NotVisible(
            _("This joining link does not exist."),
            remedy=_(
                "Whoever gave it to you can make a new one. Without a link you can join by your employer's name."
            ),
        )
    return link


def opened(token: str, on: date) -> JoinLink:
    """The link of a token while it can be used. Raises NotVisible, LinkClosed."""
    link = link_of(token)
    check_open(link, on)
    return link


def check_open(link: JoinLink, on: date) -> None:
    """Raise LinkClosed, with what to do, unless the link can be used on the day."""
    if link.used_at is not None:
        raise LinkClosed(
            _used_words(link),
            remedy=_("If it was you, sign in with your phone to see what came of it. A link works once."),
        )
    again = _("Ask whoever gave it to you for a new one, or join by your employer's name.")
    if link.withdrawn_at is not None:
        raise LinkClosed(_("This link was withdrawn."), remedy=again)
    if link.ends_on < on:
        words = _("This link held until %(day)s.") % {"day": link.ends_on.isoformat()}
        raise LinkClosed(words, remedy=again)


def claim(form: JoinForm, at: datetime) -> JoinLink:
    """Take the form's link for this application, inside its transaction; of two at once one has it.

    The application that used it may be sent again. Raises NotVisible, LinkClosed, LinkOfAnother.
    """
    link, on = link_of(form.link), local_date(at)
    if _is_its_own(link, form):
        return link
    check_open(link, on)
    if phone.check_mobile(form.mobile).code != link.mobile or squeeze(form.name) != link.name:
        raise LinkOfAnother(
            _("This link was made out to somebody else."),
            remedy=_("Use the link that was made for you, or join by the code of the union."),
        )
    taken = JoinLink.objects.unused().filter(pk=link.pk, ends_on__gte=on)
    if taken.update(used_at=at) == 1:
        return link
    link = link_of(form.link)
    if _is_its_own(link, form):
        return link
    check_open(link, on)
    raise LinkClosed(_used_words(link))


def settle(link: JoinLink, joined: Joined) -> None:
    """Keep what came of a claimed link. Without an application it stays as it was: she is a member already, say."""
    if link.case_id is not None:
        return
    if joined.case is None:
        JoinLink.objects.filter(pk=link.pk).update(used_at=None)
        return
    JoinLink.objects.filter(pk=link.pk).update(case=joined.case)


def forget_gone(*, at: datetime) -> int:
    """Delete links that led to nothing and ended long ago, and empty the phones of those used. Returns how many went."""
    used = JoinLink.objects.filter(used_at__lt=at - _TAPS).exclude(mobile_index=None)
    used.update(mobile=None, mobile_index=None)
    ended = Q(withdrawn_at__lt=at - KEPT) | Q(withdrawn_at=None, ends_on__lt=local_date(at) - KEPT)
    count: int = JoinLink.objects.filter(ended, used_at=None).delete()[0]
    if count:
        audit.record(system(), "organising.join_links_forgotten", None, at=at, data={"links": count})
    return count


def forget(person_id: int) -> None:
    """Links of somebody whose data are erased."""
    mobile = Person.objects.filter(pk=person_id).values_list("mobile", flat=True).first() or ""
    JoinLink.objects.filter(Q(case__person=person_id) | Q(mobile_index__of=mobile)).delete()


def _rows() -> QuerySet[JoinLink]:
    return JoinLink.objects.select_related("drive__union", "drive__employer", "employer", "case")


def _is_its_own(link: JoinLink, form: JoinForm) -> bool:
    return link.case is not None and link.case.client_id == form.client_id


def _used_words(link: JoinLink) -> str:
    day = local_date(link.used_at).isoformat() if link.used_at is not None else ""
    return _("This link was used on %(day)s.") % {"day": day}


def _hash(token: str) -> str:
    """What is stored of a token: keyed, so that the table alone opens nothing."""
    return limits.key_of("join-link", token.strip().upper()[:40])
