"""Decisions drawn for a second look by somebody else, and what was found."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import SHANGHAI, local_date
from smartunion.core.errors import DutiesApart, InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.definitions import ABOUT_MONEY
from smartunion.engines.casework.models import CaseEvent, CaseFile, SecondLook
from smartunion.engines.casework.queries.handled import is_concerned
from smartunion.engines.casework.reach import SEALED
from smartunion.engines.casework.rules import Act, CaseState, Verdict
from smartunion.engines.casework.sampling import is_drawn, seed_of
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies

#: Shares of their own: each names the policy parameter for those of some cases it speaks for (registered in apps.py).
SHARES: list[Callable[[Sequence[int]], Mapping[int, str]]] = []
_SHARE, _HIGHER_SHARE = "casework.second_look_share", "casework.sealed_second_look_share"
#: Days looked back for what no draw was made of: the site may have stood still.
DAYS_BACK = 7


def draw_due(*, actor: Actor, at: datetime) -> int:
    """Draw from every day of the last week that no draw was made of, the oldest first; returns how many were drawn."""
    today = local_date(at)
    return sum(
        len(draw(actor=actor, day=today - timedelta(days=back), at=at)) for back in range(DAYS_BACK, 0, -1)
    )


@transaction.atomic
def draw(*, actor: Actor, day: date, at: datetime) -> list[SecondLook]:
    """Draw from the decisions of one past day, once: a day that was drawn from is left alone, whatever was reopened since.

    Decisions nobody took (a worker who joined by herself) are left out, and narrow ones, unless their service is sealed
    or about money: of those a colleague of the same office looks. Returns the new ones.
    """
    if SecondLook.objects.filter(decided_on=day).exists():
        return []
    higher = sorted(ABOUT_MONEY | set(SEALED))
    start = datetime.combine(day, time.min, SHANGHAI)
    decided = CaseFile.objects.filter(
        Q(is_narrow=False) | Q(service_key__in=higher),
        closed_at__gte=start,
        closed_at__lt=start + timedelta(days=1),
        state__in=[CaseState.APPROVED, CaseState.REFUSED],
    )
    cases = {
        case.pk: case for case in decided.only("reference", "path", "user_id", "on_behalf", "service_key")
    }
    seed = seed_of(case.reference for case in cases.values())

    @cache
    def share_at(key: str, path: str) -> Decimal:
        held: Decimal = policies.value(key, path=path, on=day)
        return held

    own = {pk: key for share_of in SHARES for pk, key in share_of(list(cases)).items()}
    looks = []
    for event in _decisions(list(cases)):
        case = cases[event.case_id]
        usual = _HIGHER_SHARE if case.service_key in higher else _SHARE
        share = share_at(own.get(case.pk, usual), case.path)
        by_herself = event.user_id is None or (event.user_id == case.user_id and not case.on_behalf)
        if not by_herself and is_drawn(seed, case.reference, share):
            looks.append(SecondLook(
                case=case, decided_on=day, path=case.path, seed=seed, share=share, decider_id=event.user_id,
                decider_name=event.actor_name,
            ))  # fmt: skip
    SecondLook.objects.bulk_create(looks, batch_size=500)
    if looks:
        audit.record(
            actor, "casework.second_looks_drawn", at=at, data={"day": day.isoformat(), "count": len(looks)}
        )
    return looks


@transaction.atomic
def look(*, look_id: int, verdict: str, note: str, actor: Actor, at: datetime) -> SecondLook:
    """Say what a second look found; a wrong decision is told to whoever took it, with the reason.

    Raises NotVisible, NotAllowed, DutiesApart (one's own case, or one whose step one handled), InvalidInput; StaleState
    (somebody looked first).
    """
    row = get_visible(SecondLook.objects.visible_to(actor).select_related("case"), look_id)
    actor.check_can("cases.handle", path=row.path)
    if row.decider_id == actor.user_id:
        raise DutiesApart(_("This is your own decision; somebody else has to look at it."))
    if is_concerned(row.case, actor):
        raise DutiesApart(
            _("You handled a step of this case, or it is your own; somebody else has to look at it."),
            remedy=_("A colleague who had no part in it takes the second look."),
        )
    if verdict not in Verdict.values:
        raise InvalidInput(_("Say whether the decision was right."), field="verdict")
    if verdict == Verdict.WRONG and not note.strip():
        raise InvalidInput(_("Say what is wrong: whoever decided will read it."), field="note")
    changed = SecondLook.objects.filter(pk=row.pk, verdict="").update(
        verdict=verdict,
        note=note.strip()[:400],
        looked_at=at,
        user_id=actor.user_id,
        user_name=actor.name[:80],
    )
    if changed != 1:
        raise StaleState
    audit.record(actor, "casework.second_look_taken", row.case, at=at, data={"verdict": verdict}, reason=note)
    row.refresh_from_db()
    _tell(row, at)
    return row


def _tell(row: SecondLook, at: datetime) -> None:
    if row.verdict != Verdict.WRONG or row.decider_id is None:
        return
    text = _("A second look by %(who)s finds this decision wrong: %(note)s") % {
        "who": row.user_name,
        "note": row.note,
    }
    notices.tell(
        template="casework.desk", context={"title": row.case.title, "step": _("Second look"), "text": text},
        key=f"second_look:{row.pk}", at=at, user_id=row.decider_id, link=f"/desk/cases/{row.case_id}/",
    )  # fmt: skip


def _decisions(case_ids: list[int]) -> list[CaseEvent]:
    """The last deciding event of each case, in the order of the cases."""
    found: dict[int, CaseEvent] = {}
    for start in range(0, len(case_ids), 500):
        rows = CaseEvent.objects.filter(
            case_id__in=case_ids[start : start + 500], act__in=[Act.APPROVE, Act.REFUSE],
            to_state__in=[CaseState.APPROVED, CaseState.REFUSED],
        )  # fmt: skip
        found |= {row.case_id: row for row in rows.order_by("pk")}
    return [found[key] for key in sorted(found)]
