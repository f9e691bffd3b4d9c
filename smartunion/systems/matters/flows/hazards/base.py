"""What every act on a hazard shares: who acts on which version, moves by compare-and-set, events, messages."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import STRANGER, Actor
from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.files import intake
from smartunion.core.files.models import StoredFile
from smartunion.core.reading import get_visible
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies
from smartunion.systems.matters.models import Hazard, HazardEvent, HazardReporter
from smartunion.systems.matters.rules.hazards import HAZARD_MOVES, HazardLevel, HazardState

TEMPLATES = (
    notices.Template(
        "matters.hazard",
        gettext_lazy("Hazard %(reference)s: %(state)s"),
        gettext_lazy("%(text)s"),
        channels=(),
    ),
)
#: Pictures of one report, and of one proof.
MOST_PHOTOS = 4


@dataclass(frozen=True)
class On:
    """Who acts on which hazard, in the version she saw, and when."""

    actor: Actor
    hazard_id: int
    version: int
    at: datetime


def intake_limit() -> int:
    """Bytes read of one picture: one more than allowed, so that the intake sees that it is too large."""
    return int(settings.MAX_PHOTO_BYTES) + 1


def held(on: On) -> Hazard:
    """The hazard, by whoever handles those of its union. Raises NotVisible, NotAllowed."""
    hazard = get_visible(Hazard.objects.visible_to(on.actor).select_related("union"), on.hazard_id)
    on.actor.check_can("cases.handle", path=hazard.path)
    return hazard


def move(hazard: Hazard, to: HazardState, on: On, **values: Any) -> None:
    """Move it from the version she saw; values: other fields. Raises StaleState when somebody was first."""
    before = [state for state, after in HAZARD_MOVES.items() if to in after]
    rows = Hazard.objects.filter(pk=hazard.pk, version=on.version, state__in=before)
    if rows.update(state=to, version=on.version + 1, updated_at=on.at, **values) != 1:
        raise stale(hazard)
    hazard.refresh_from_db()


def stale(hazard: Hazard) -> StaleState:
    """The refusal that names where the hazard is now."""
    now = Hazard.objects.filter(pk=hazard.pk).values_list("state", flat=True).get()
    return StaleState(
        _("This hazard is “%(state)s” already, or somebody changed it.") % {"state": HazardState(now).label},
        remedy=_("Reload the page to see who acted first."),
    )


def said_in(text: str, name: str, missing: str) -> str:
    """A sentence somebody must write, cut at 500 characters. Raises InvalidInput: field `name`, words `missing`."""
    said = squeeze(text)
    if not said:
        raise InvalidInput(missing, field=name)
    return said[:500]


def right_until(path: str, level: str, at: datetime) -> datetime:
    """When a hazard of this level must be put right: calendar days of the policy of its place."""
    kind = "major" if level == HazardLevel.MAJOR else "general"
    return until_day(f"matters.hazard_{kind}_days", path, at, is_working=False)


def until_day(policy: str, path: str, at: datetime, *, is_working: bool = True) -> datetime:
    """The end of the last day the policy gives from now on, in working or calendar days."""
    return due_at(at, Term(int(policies.value(policy, path=path, on=local_date(at))), is_working))


def day_name(until: datetime) -> str:
    """The last day before that instant, as it is read."""
    return date_format(local_date(until - timedelta(seconds=1)), "DATE_FORMAT")


def keep_photo(raw: bytes, at: datetime) -> StoredFile:
    """The picture without where and with what it was taken, without its name and without whose it is."""
    return intake.keep_photo(
        actor=STRANGER, data=io.BytesIO(raw), name="photo.jpg", purpose="hazard", at=at, field="photos"
    )


def keep_event(hazard: Hazard, what: str, actor: Actor, at: datetime, note: str = "") -> None:
    """Write down what was done in the history of a hazard."""
    HazardEvent.objects.create(
        hazard=hazard, to_state=hazard.state, what=what, at=at, actor_name=actor.name[:80], note=note[:500]
    )


def put_reporter(hazard: Hazard, who: str, *, is_named: bool, at: datetime) -> bool:
    """Whether she was not there yet."""
    if HazardReporter.objects.filter(hazard=hazard, who_index__of=who).exists():
        return False
    HazardReporter.objects.create(hazard=hazard, who=who, is_named=is_named, told_at=at)
    return True


def tell_reporters(hazard: Hazard, text: str, at: datetime) -> None:
    """Everybody who told of it, each in her own inbox; nobody else sees to whom it went."""
    for row in HazardReporter.objects.filter(hazard=hazard):
        tell_account(hazard, int(row.who), text, f"{hazard.version}:r{row.pk}", at)


def tell_officer(hazard: Hazard, text: str, at: datetime) -> None:
    """The safety officer who has it, if anybody has."""
    if hazard.officer_id is not None:
        tell_account(hazard, hazard.officer_id, text, f"{hazard.version}:o", at)


def tell_account(hazard: Hazard, user_id: int, text: str, key: str, at: datetime) -> None:
    """One account, once for each key."""
    context = {"reference": hazard.reference, "state": HazardState(hazard.state).label, "text": text}
    notices.tell(
        template="matters.hazard", context=context, key=f"hazard:{hazard.pk}:{key}", at=at, user_id=user_id,
        link=f"/hazards/{hazard.pk}/",
    )  # fmt: skip
