"""What is known of somebody's post, and from whom: the register, the chair of her union, or herself."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smartunion.core.actor import Actor
from smartunion.engines.offers.models import Booking
from smartunion.systems.programmes.models import FrontLine
from smartunion.systems.programmes.rules.priority import Source, Standing, standing

#: Who says it of her members.
CONFIRM = "members.edit"
#: Bookings shown on the page of one chair.
MOST = 300
RANKED = ("front_line_check_up", "front_line_trip")


@dataclass(frozen=True)
class Said:
    """One member who signed up where the front line comes first: what she said, and what is held of it."""

    person_id: int
    name: str
    offer: str
    answer: str
    standing: Standing
    by: str
    at: datetime | None


def first_answer(booking: Booking) -> str:
    """Her answer to the first question of the offer."""
    questions = [str(one["key"]) for one in booking.offer.questions]
    answers = json.loads(booking.answers) if booking.answers else {}
    return str(answers.get(questions[0], "")) if questions else ""


def confirmed_of(person_ids: Iterable[int]) -> dict[int, FrontLine]:
    """What chairs said, by person."""
    return {row.person_id: row for row in FrontLine.objects.filter(person__in=sorted(set(person_ids)))}


def standing_of(booking: Booking, row: FrontLine | None) -> Standing:
    """Whether she counts as front line, and from whom that is known."""
    return standing(
        first_answer(booking), groups=booking.groups, confirmed=row.is_front if row is not None else None
    )


def said_by_members(actor: Actor) -> list[Said]:
    """Members of the actor's unions who signed up where the front line comes first; those nobody confirmed stand first."""
    rows = list(
        Booking.objects.filter(
            actor.within(CONFIRM, "union_path"), offer__ranking__in=RANKED, offer__state__in=["published", "allotted"],
            state__in=["entered", "waiting", "offered", "confirmed"], person__isnull=False,
        )
        .exclude(union_path="")
        .select_related("offer", "person")
        .order_by("-pk")[:MOST]
    )  # fmt: skip
    held = confirmed_of(row.person_id for row in rows if row.person_id is not None)
    found: dict[int, Said] = {}
    for row in rows:
        assert row.person is not None
        kept = held.get(row.person.pk)
        found.setdefault(
            row.person.pk,
            Said(
                row.person.pk, row.person.name, row.offer.title, first_answer(row), standing_of(row, kept),
                kept.actor_name if kept else "", kept.said_at if kept else None,
            ),
        )  # fmt: skip
    return sorted(found.values(), key=lambda one: (one.standing.source is not Source.SELF, one.name))
