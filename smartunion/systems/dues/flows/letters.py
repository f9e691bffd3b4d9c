"""Letters about contributions that are missing: reminders, then the application for a payment order.

Source: Trade Union Law (2021) art. 44: where an employer delays or refuses its contributions without good reason, the
grass-roots union or the union above may apply to the local court for a payment order.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from smartunion.core.templatetags.smartunion import when
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.flows import numbers
from smartunion.systems.dues.models import REMIND, FirmStanding, Reminder
from smartunion.systems.dues.queries import limits_of, periods_of, writer_for
from smartunion.systems.dues.rules import DuesLetterKind, LetterState


class NothingOwed(Refusal):
    """The extracts name nothing that is missing."""

    code = "nothing_owed"

    def default_message(self) -> str:
        return _("By the extracts in force this employer owes nothing.")


class ToldAlready(Refusal):
    """A letter of this kind is still waiting for an answer."""

    code = "told_already"


class ReminderFirst(Refusal):
    """A payment order is asked for only when a reminder had no effect."""

    code = "reminder_first"


@transaction.atomic
def issue(*, actor: Actor, employer_id: int, kind: DuesLetterKind, at: datetime) -> Reminder:
    """Write to an employer that is behind, or to the court about it.

    Raises NotVisible, NotAllowed, NothingOwed, ToldAlready, ReminderFirst.
    """
    # Two clicks at once: the second waits here and then finds the first one's letter.
    rows = FirmStanding.objects.visible_to(actor).select_related("employer").select_for_update(of=("self",))
    standing = rows.filter(pk=employer_id).first()
    if standing is None:
        raise NotVisible
    firm, today = standing.employer, local_date(at)
    federation = writer_for(actor, firm.territory_path)
    if federation is None:
        raise NotAllowed
    if not standing.owed_yuan:
        raise NothingOwed
    written = list(Reminder.objects.filter(employer=firm, state=LetterState.OPEN).order_by("pk"))
    same = next((one for one in written if one.kind == kind), None)
    if same is not None:
        raise ToldAlready(
            _("Letter %(number)s of %(day)s is still open; it is to be answered by %(until)s.")
            % {"number": same.number, "day": when(same.issued_on), "until": when(same.answer_by)},
            remedy=_("Wait for the day, or withdraw that letter first."),
        )  # fmt: skip
    if kind == DuesLetterKind.ORDER:
        _check_reminded(written, today)
    days = int(policies.value("dues.answer_days", path=federation.path, on=today))
    word = str(policies.value("dues.letter_word", path=federation.path, on=today))
    number = numbers.take(f"dues:{federation.pk}:{today.year}")
    made = Reminder.objects.create(
        kind=kind, federation=federation, path=federation.path, employer=firm, number=f"{word}〔{today.year}〕{number}号",
        issued_on=today, answer_by=today + timedelta(days=days), issued_by=federation.name, addressed_to=firm.name,
        owed_yuan=standing.owed_yuan, lines=lines_of(standing, today),
    )  # fmt: skip
    audit.record(
        actor, f"dues.{kind}_issued", made, at=at, data={"owed": str(made.owed_yuan), "number": made.number}
    )
    return made


def _check_reminded(written: list[Reminder], today: date) -> None:
    reminder = next((one for one in written if one.kind == DuesLetterKind.REMINDER), None)
    if reminder is None:
        raise ReminderFirst(
            _("The employer has not been reminded yet."),
            remedy=_("Issue a reminder; ask the court when its day has passed."),
        )
    if reminder.answer_by >= today:
        raise ReminderFirst(
            _("The reminder %(number)s gives the employer until %(day)s.")
            % {"number": reminder.number, "day": when(reminder.answer_by)},
            remedy=_("Ask the court from the day after."),
        )


@transaction.atomic
def withdraw(*, actor: Actor, reminder_id: int, reason: str, at: datetime) -> Reminder:
    """Take a letter back, with the reason. Raises NotVisible, NotAllowed, InvalidInput, ToldAlready."""
    row = Reminder.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=reminder_id).first()
    if row is None:
        raise NotVisible
    if not actor.can(REMIND, path=row.path):
        raise NotAllowed
    said = squeeze(reason)[:200]
    if not said:
        raise InvalidInput(_("Say why the letter is withdrawn."), field="reason")
    if row.state != LetterState.OPEN:
        raise ToldAlready(_("This letter is no longer open."), remedy=_("Look at the page again."))
    row.state, row.ended_on, row.reason = LetterState.WITHDRAWN, local_date(at), said
    row.save(update_fields=["state", "ended_on", "reason"])
    audit.record(actor, "dues.letter_withdrawn", row, at=at, data={"number": row.number})
    return row


def settle_paid(*, at: datetime) -> int:
    """Letters to employers that owe nothing any more are settled; returns how many."""
    still = FirmStanding.objects.filter(owed_yuan__gt=0).values("pk")
    waiting = Reminder.objects.filter(state=LetterState.OPEN).exclude(employer__in=still)
    return waiting.update(state=LetterState.SETTLED, ended_on=local_date(at))


def lines_of(standing: FirmStanding, on: date) -> list[list[str]]:
    """[from, to, due, paid] of every period that counts and is not paid in full, oldest first; amounts as texts."""
    rows = periods_of(standing, limits_of(standing.employer.territory_path, on))
    return [
        [
            f"{row.payment.period_from:%Y-%m}",
            f"{row.payment.period_to:%Y-%m}",
            f"{row.owing:.2f}",
            f"{row.payment.paid_yuan:.2f}",
        ]
        for row in reversed(rows)
        if row.counts and row.missing
    ]
