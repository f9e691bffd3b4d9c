"""Codes by text message: six digits that prove a phone is at hand.

They are sent to known and unknown phones alike, so that nobody learns who is known.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.codes import phone
from smartunion.core.crypto.ring import ring
from smartunion.core.errors import DomainError, InvalidInput, Refusal
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.models import PhoneCode
from smartunion.ground.accounts.origin import Origin
from smartunion.ground.notices import senders
from smartunion.ground.policies import service as policies

log = logging.getLogger(__name__)
#: One network may be a whole factory's: a shift joins behind one address within the hour.
_SENDS_PER_NETWORK = Limit(600, timedelta(hours=1))
_CHECKS_PER_NETWORK = Limit(600, timedelta(hours=1))
_CHECKS_PER_PHONE = Limit(20, timedelta(hours=24))


class WrongCode(InvalidInput):
    """The code is wrong, too old, used, or was never sent: one answer for all."""

    code = "wrong_code"

    def default_message(self) -> str:
        return _("This code is not right, or it is no longer valid.")


class NotSent(Refusal):
    """The provider did not take the message."""

    code = "not_sent"
    status = 503

    def default_message(self) -> str:
        return _("The text message could not be sent just now.")


@dataclass(frozen=True)
class SentCode:
    """wait_s: seconds until another may be asked for; minutes: how long this one is valid; shown: demo mode only."""

    wait_s: int
    minutes: int
    shown: str = ""


def checked_mobile(text: str) -> str:
    """A mobile number as 11 digits. Raises InvalidInput for the field mobile."""
    found = phone.check_mobile(text)
    if not found.ok:
        raise InvalidInput(
            _("This is no mobile number of the mainland."), field="mobile",
            remedy=_("Write the 11 digits, such as 138 0013 8000."),
        )  # fmt: skip
    return found.code


def send(*, mobile: str, purpose: str, at: datetime, origin: Origin) -> SentCode:
    """Send a new code for a purpose ("signin", "join", …); an earlier one for it stops being valid.

    Known and unknown phones get the same. Raises InvalidInput for a number that is none, TooMany before the waiting
    time or beyond the day's number, NotSent when the provider fails (the waiting time is given back).
    Call it outside of a transaction.
    """
    number = checked_mobile(mobile)
    rule = _rules(at)
    wait_key = limits.key_of("code-wait", f"{purpose}:{number}")
    limits.take(limits.key_of("code-network", origin.network), _SENDS_PER_NETWORK, at=at)
    limits.take(wait_key, Limit(1, timedelta(minutes=rule.wait_minutes)), at=at)
    limits.take(limits.key_of("code-day", number), Limit(rule.per_day, timedelta(hours=24)), at=at)
    digits = f"{secrets.randbelow(1_000_000):06d}"
    row = _store(number, purpose, digits, at, rule.minutes)
    _hand_over(row, number, digits, rule.minutes, wait_key)
    return SentCode(rule.wait_minutes * 60, rule.minutes, digits if settings.DEMO else "")


@dataclass(frozen=True)
class Try:
    """Somebody enters a code. mobile: 11 digits; origin: where from."""

    mobile: str
    code: str
    origin: Origin


def check(
    *, mobile: str, purpose: str, code: str, at: datetime, origin: Origin, repeatable: bool = False
) -> str:
    """Use up a code; returns the number as 11 digits. It works once, for its purpose, for so many tries.

    repeatable: the right code counts again until it expires, for forms whose answer may be lost on the way and which
    are safe to send twice. Raises WrongCode (with details["tries_left"]), TooMany. Call it outside of a transaction
    that may roll back.
    """
    number = checked_mobile(mobile)
    (refusal,) = check_many(tries=[Try(number, code, origin)], purpose=purpose, at=at, repeatable=repeatable)
    if refusal is not None:
        raise refusal
    return number


def check_many(
    *, tries: Sequence[Try], purpose: str, at: datetime, repeatable: bool = False
) -> list[DomainError | None]:
    """`check` for several people with as many statements as for one; in their order: the refusal, or None.

    Of one phone's tries each is looked at after the other. The same care for transactions.
    """
    rule = _rules(at)
    answers: list[DomainError | None] = [None] * len(tries)
    with transaction.atomic(savepoint=False):
        waiting = _counted(tries, answers, at)
        while waiting:
            first = {tries[number].mobile: number for number in reversed(waiting)}
            now = [number for number in waiting if first[tries[number].mobile] == number]
            refusals = _looked_at([tries[number] for number in now], purpose, rule, at, repeatable)
            for number, refusal in zip(now, refusals, strict=True):
                answers[number] = refusal
            waiting = [number for number in waiting if number not in set(now)]
    return answers


def _counted(tries: Sequence[Try], answers: list[DomainError | None], at: datetime) -> list[int]:
    """The numbers of the tries that may be looked at; the refusals of the others are put among the answers."""
    waiting = list(range(len(tries)))
    for key_of, limit in ((_network_key, _CHECKS_PER_NETWORK), (_phone_key, _CHECKS_PER_PHONE)):
        refusals = limits.take_many([key_of(tries[number]) for number in waiting], limit, at=at)
        for number, refusal in zip(waiting, refusals, strict=True):
            answers[number] = refusal
        waiting = [number for number in waiting if answers[number] is None]
    return waiting


def _network_key(one: Try) -> str:
    return limits.key_of("code-check", one.origin.network)


def _phone_key(one: Try) -> str:
    return limits.key_of("code-phone", one.mobile)


def _looked_at(
    tries: Sequence[Try], purpose: str, rule: "_Rules", at: datetime, repeatable: bool
) -> list[DomainError | None]:
    """Compare each phone's code with the last one sent to it; what was right is used, and its tries are given back."""
    latest = _latest(tries, purpose)
    rows = [latest.get(one.mobile) for one in tries]
    held = [row if row is not None and row.may_be_tried(at, rule.tries, repeatable) else None for row in rows]
    right = [
        row.pk
        for one, row in zip(tries, held, strict=True)
        if row is not None and hmac.compare_digest(_hash(row.pk, digits_of(one.code)), row.code_hash)
    ]
    wrong = [row.pk for row in held if row is not None and row.pk not in right]
    if wrong:  # a guess takes its place whether it is right or not
        PhoneCode.objects.filter(pk__in=wrong, attempts__lt=rule.tries).update(attempts=F("attempts") + 1)
    used = _used(right, rule.tries, at, repeatable) if right else set()
    accepted = [one for one, row in zip(tries, held, strict=True) if row is not None and row.pk in used]
    if accepted:
        limits.give_back(*map(_phone_key, accepted))
        limits.give_each_back(map(_network_key, accepted))
    return [None if row is not None and row.pk in used else _wrong(row, rule.tries) for row in held]


def _latest(tries: Sequence[Try], purpose: str) -> dict[str, PhoneCode]:
    """The last code sent to each of the phones."""
    column = PhoneCode._meta.get_field("mobile_index")
    phones = {index: one.mobile for one in tries for index in column.indexes(one.mobile)}
    rows = PhoneCode.objects.filter(mobile_index__of=list(phones), purpose=purpose).order_by("pk")
    return {phones[row.mobile_index]: row for row in rows}


_USE = (
    "UPDATE accounts_phonecode SET attempts = attempts + 1, used_at = %s "
    "WHERE id IN ({places}) AND attempts < %s{fresh} RETURNING id"
)


def _used(keys: Sequence[int], most: int, at: datetime, repeatable: bool) -> set[int]:
    """Those of the right codes that could still be tried; they are used now."""
    fresh = "" if repeatable else " AND used_at IS NULL"
    statement = _USE.format(places=", ".join(["%s"] * len(keys)), fresh=fresh)
    with connection.cursor() as cursor:
        cursor.execute(statement, [connection.ops.adapt_datetimefield_value(at), *keys, most])
        return {row[0] for row in cursor.fetchall()}


def _wrong(row: PhoneCode | None, most: int) -> WrongCode:
    """The refusal of a code that was wrong, or (None) for which there is nothing to compare with."""
    left = 0 if row is None else max(0, most - row.attempts - 1)
    remedy = _("Look at the message again and enter the six digits.") if left else _("Ask for a new code.")
    return WrongCode(remedy=remedy, field="code", tries_left=left)


def digits_of(code: str) -> str:
    """What was typed, without blanks, full-width digits made plain."""
    return "".join(str(int(ch)) for ch in code if ch.isdecimal())


@dataclass(frozen=True)
class _Rules:
    minutes: int
    tries: int
    wait_minutes: int
    per_day: int


def _rules(at: datetime) -> _Rules:
    keys = [
        "accounts.code_minutes",
        "accounts.code_tries",
        "accounts.code_wait_minutes",
        "accounts.codes_per_day",
    ]
    held = policies.values(keys, path="", on=local_date(at))
    return _Rules(*(held[key].value for key in keys))


def _store(number: str, purpose: str, digits: str, at: datetime, minutes: int) -> PhoneCode:
    with transaction.atomic():
        mine = PhoneCode.objects.filter(mobile_index__of=number, purpose=purpose, used_at=None)
        mine.filter(expires_at__gt=at).update(expires_at=at)
        row = PhoneCode.objects.create(
            mobile_index=ring().index("mobile", number),
            purpose=purpose,
            sent_at=at,
            expires_at=at + timedelta(minutes=minutes),
        )
        row.code_hash = _hash(row.pk, digits)
        row.save(update_fields=["code_hash"])
    return row


def _hand_over(row: PhoneCode, number: str, digits: str, minutes: int, wait_key: str) -> None:
    words = _("%(code)s is your code, valid for %(minutes)s minutes. Give it to nobody; we never ask for it.")
    text = words % {"code": digits, "minutes": minutes}
    message = senders.Outgoing(
        id=f"c{row.pk}", channel="sms", to=number, title=_("SmartUnion"), body=text, template="accounts.code",
        context={"code": digits, "minutes": minutes},
    )  # fmt: skip
    try:
        senders.sender_for("sms").send(message)
    except Exception as error:  # noqa: BLE001  whatever a provider's sender raises, the person must get an answer
        log.warning("accounts.code_not_sent id=%s error=%s", row.pk, type(error).__name__)
        PhoneCode.objects.filter(pk=row.pk).update(expires_at=row.sent_at)
        limits.give_back(wait_key)
        raise NotSent(remedy=_("Please try again in a few minutes.")) from None


def _hash(pk: int, digits: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"code\0{pk}\0{digits}".encode(), hashlib.sha256
    ).hexdigest()
