"""Work for platforms taken up and given up; a second platform adds a row, never a second member."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.access import own_or_person_for
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Employer, Membership, Person, PlatformWork


@transaction.atomic
def take_up(
    *, actor: Actor, person_id: int, platform_id: int, on: date, at: datetime, source: str = ""
) -> PlatformWork:
    """Note that a person works for a platform from a day on; the row there is comes back when she does already.

    She herself may, and who holds members.edit in her union. Raises NotVisible, NotAllowed; InvalidInput naming
    platform (no platform company, out of business) or on (in the future, inside a period that has ended).
    """
    person = own_or_person_for(actor, person_id, "members.edit")
    platform = _platform(platform_id)
    held = works_of(person)
    if not rules.needs_row(held, platform.pk):
        return _running(person, platform)
    check_not_future(on, local_date(at), field="on")
    free_from = rules.earliest_start(held, platform.pk)
    if free_from is not None and on < free_from:
        raise InvalidInput(
            _("Her work for %(platform)s before ended only on %(day)s.")
            % {"platform": platform.name, "day": free_from.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    return _take_up(actor, person, platform, on, at, source)


def note(
    *, actor: Actor, person: Person, employer: Employer | None, on: date, at: datetime, source: str = ""
) -> PlatformWork | None:
    """What a joining or a new job says about somebody's work; None for an employer that is no platform company.

    For other flows: no permission is asked here. The row there is comes back when she works for it already.
    """
    if employer is None or not employer.is_platform or employer.state == rules.EmployerState.CLOSED:
        return None
    held = works_of(person)
    if not rules.needs_row(held, employer.pk):
        return _running(person, employer)
    free_from = rules.earliest_start(held, employer.pk)
    return _take_up(actor, person, employer, max(on, free_from or on), at, source)


@transaction.atomic
def give_up(*, actor: Actor, work_id: int, on: date, at: datetime) -> PlatformWork:
    """End her work for a platform on a day; the membership stays as it is.

    Raises NotVisible, NotAllowed; InvalidInput naming on; StaleState when it had ended.
    """
    row = PlatformWork.objects.select_related("person", "platform").filter(pk=work_id).first()
    if row is None:
        raise NotVisible
    own_or_person_for(actor, row.person_id, "members.edit")
    check_not_future(on, local_date(at), field="on")
    if on < row.started_on:
        raise InvalidInput(
            _("This work began only on %(day)s.") % {"day": row.started_on.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    if PlatformWork.objects.running().filter(pk=row.pk).update(ended_on=on) != 1:
        raise StaleState(
            _("Her work for this platform had been ended already."),
            remedy=_("Reload the page to see since when; enter it anew if she works there again."),
        )
    audit.record(
        actor, "registry.platform_work_ended", row.person, at=at, owner_person_id=row.person_id,
        data={"platform": row.platform_id, "on": on.isoformat()},
    )  # fmt: skip
    row.refresh_from_db()
    return row


def end_with_death(person_id: int, on: date) -> int:
    """End somebody's work for every platform on the day she died; work entered as begun later ends the day it began."""
    running = PlatformWork.objects.running().filter(person_id=person_id)
    late = running.filter(started_on__gt=on).update(ended_on=F("started_on"))
    return late + running.update(ended_on=on)


def run_on_after_death(person_id: int, on: date) -> int:
    """What ended with a death on a day that was a mistake runs on. Returns how many."""
    with_it = Q(ended_on=on) | Q(started_on__gt=on, ended_on=F("started_on"))
    running = PlatformWork.objects.running().filter(person_id=person_id).values("platform_id")
    ended = PlatformWork.objects.filter(with_it, person_id=person_id).exclude(platform_id__in=running)
    last = {
        platform_id: pk
        for pk, platform_id in ended.order_by("started_on", "pk").values_list("pk", "platform_id")
    }
    return PlatformWork.objects.filter(pk__in=last.values()).update(ended_on=None)


def fill_from_memberships(*, employer: Employer, at: datetime) -> int:
    """Rows for the running members of an employer that is a platform now; those who have one keep it. Returns how many."""
    held = PlatformWork.objects.running().filter(platform=employer).values("person_id")
    spells = Membership.objects.filter(employer=employer, ended_on=None).exclude(person_id__in=held)
    rows = [
        PlatformWork(
            person_id=person_id, platform=employer, started_on=started_on, source="employer", created_at=at
        )
        for person_id, started_on in spells.values_list("person_id", "started_on")
    ]
    PlatformWork.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def works_of(person: Person) -> list[rules.Work]:
    """Every period of a person, as the rules take them."""
    rows = PlatformWork.objects.filter(person=person)
    return [
        rules.Work(*row) for row in rows.values_list("person_id", "platform_id", "started_on", "ended_on")
    ]


def _take_up(
    actor: Actor, person: Person, platform: Employer, on: date, at: datetime, source: str
) -> PlatformWork:
    try:
        with transaction.atomic():
            row = PlatformWork.objects.create(
                person=person, platform=platform, started_on=on, source=source[:60], created_at=at
            )
    except IntegrityError:  # two scans of the same code at the same moment
        return _running(person, platform)
    if not person.is_new_form:
        Person.objects.filter(pk=person.pk).update(is_new_form=True)
    audit.record(
        actor, "registry.platform_work_begun", person, at=at, owner_person_id=person.pk,
        data={"platform": platform.pk, "on": on.isoformat(), "source": source[:60]},
    )  # fmt: skip
    return row


def _running(person: Person, platform: Employer) -> PlatformWork:
    return PlatformWork.objects.running().get(person=person, platform=platform)


def _platform(platform_id: int) -> Employer:
    """A platform company that stands. Its name is public: a worker chooses it without seeing the employer's record."""
    found = Employer.objects.filter(
        pk=platform_id, is_platform=True, state=rules.EmployerState.ACTIVE
    ).first()
    if found is None:
        raise InvalidInput(
            _("This is not one of the platform companies known here."), field="platform",
            remedy=_("Choose one of the list, or ask your union to enter it."),
        )  # fmt: skip
    return found
