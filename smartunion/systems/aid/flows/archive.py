"""The archive: a file from its application over the reviews to its end."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.aid.models import FileLook, FileReview, HardshipFile, HouseholdYear
from smartunion.systems.aid.queries.years import Year, year_of
from smartunion.systems.aid.rules.hardship import Category
from smartunion.systems.aid.rules.reviews import MOVES, FileState, Level, after_review, due_after

TEMPLATES = (
    notices.Template(
        "aid.review_due",
        gettext_lazy("Your file is looked at again"),
        gettext_lazy(
            "A year has passed. Tell your union the income and expenses of the last year by %(day)s; help goes on meanwhile."
        ),
        channels=(),
    ),
    notices.Template(
        "aid.file_moved",
        gettext_lazy("Your file: %(state)s"),
        gettext_lazy("%(text)s"),
        channels=(),
    ),
)
#: Days the household has to tell of its year.
ASKED_DAYS = 30


class StillOpen(InvalidInput):
    """The person has a file already."""

    code = "file_open"


@transaction.atomic
def open_review(
    *, case: CaseFile, person: Person, union: TradeUnion, year: Year, actor: Actor, at: datetime
) -> HardshipFile:
    """A file under review for an application just sent; one that was refused and appealed is taken up again.

    Raises StillOpen when another file of the person runs.
    """
    known = HardshipFile.objects.filter(case=case).first()
    if known is not None:
        _move(known, FileState.REVIEW, at)
        return known
    try:
        with transaction.atomic():
            made = HardshipFile.objects.create(
                person=person, union=union, path=union.path, case=case, state=FileState.REVIEW,
                category=year.assessment.category, created_at=at, updated_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise StillOpen(
            _("A file of this person is open already."), remedy=_("See “My aid” for where it stands.")
        ) from None
    _keep_year(made, year, actor, at)
    audit.record(actor, "aid.file_applied", made, at=at)
    return made


@transaction.atomic
def keep_review(
    *,
    file: HardshipFile,
    level: Level,
    is_agreed: bool,
    opinion: str,
    union_name: str,
    actor: Actor,
    at: datetime,
) -> FileReview:
    """One review with who gave it; appended, never changed."""
    row = FileReview.objects.create(
        file=file, level=level, is_agreed=is_agreed, opinion=opinion, union_name=union_name[:120],
        reviewer=actor.name[:80], user_id=actor.user_id, at=at,
    )  # fmt: skip
    audit.record(actor, "aid.file_reviewed", file, at=at, data={"level": level.value})
    return row


@transaction.atomic
def open_file(*, file: HardshipFile, actor: Actor, at: datetime) -> HardshipFile:
    """The last review has agreed: the file is in the archive, and is looked at again in a year.

    Raises InvalidInput when the calculation finds no category; StaleState when it is not under review any more.
    """
    if Category(file.category) is Category.NONE:
        raise InvalidInput(
            _("The calculation finds no difficulty by these rules."),
            remedy=_(
                "Return it when numbers are wrong or missing; else refuse it and say which line decides."
            ),
        )
    on = local_date(at)
    days = int(policies.value("aid.review_days", path=file.path, on=on))
    _move(file, FileState.ACTIVE, at, opened_on=on, review_due_on=due_after(on, days))
    audit.record(actor, "aid.file_opened", file, at=at)
    return file


@transaction.atomic
def refuse_file(*, file: HardshipFile, reason: str, actor: Actor, at: datetime) -> HardshipFile:
    """The application was refused or withdrawn. Raises StaleState."""
    _move(file, FileState.REFUSED, at, ended_on=local_date(at))
    _why(file, reason)
    audit.record(actor, "aid.file_refused", file, at=at)
    return file


@transaction.atomic
def supplement(*, file: HardshipFile, year: Year, actor: Actor, at: datetime) -> HardshipFile:
    """The applicant has corrected her numbers: the year is kept beside the earlier one, the category follows."""
    _keep_year(file, year, actor, at)
    HardshipFile.objects.filter(pk=file.pk).update(category=year.assessment.category, updated_at=at)
    file.category = year.assessment.category
    return file


@transaction.atomic
def review_year(*, actor: Actor, file_id: int, version: int, year: Year, at: datetime) -> HardshipFile:
    """Assess a year again: who has improved is watched, who falls back comes back, who was watched long enough is out.

    version: as the page showed it. Raises NotVisible, NotAllowed, StaleState.
    """
    file = _held(actor, file_id, version)
    on, category = local_date(at), year.assessment.category
    to = after_review(FileState(file.state), category, watch_until=file.watch_until, on=on)
    held = policies.values(["aid.review_days", "aid.watch_days"], path=file.path, on=on)
    changed: dict[str, object] = {
        "category": category,
        "review_due_on": due_after(on, held["aid.review_days"].value),
        "asked_at": None,
    }
    if to is FileState.WATCH and file.state == FileState.ACTIVE:
        changed["watch_until"] = on + timedelta(days=held["aid.watch_days"].value)
    if to is FileState.ACTIVE:
        changed["watch_until"] = None
    if to is FileState.OUT:
        changed |= {"ended_on": on, "review_due_on": None}
    _keep_year(file, year, actor, at)
    came_from = file.state
    _move(file, to, at, **changed)
    audit.record(actor, "aid.file_reassessed", file, at=at)
    if to != came_from:
        tell_moved(file, at)
    return file


@transaction.atomic
def remove(*, actor: Actor, file_id: int, version: int, reason: str, at: datetime) -> HardshipFile:
    """Take a file off the archive (death, a precise review, moved away).

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming reason.
    """
    file = _held(actor, file_id, version)
    said = checked_words(reason, "reason", _("Say in a sentence why it is removed; she reads it."))
    _move(file, FileState.REMOVED, at, ended_on=local_date(at), review_due_on=None)
    _why(file, said)
    audit.record(actor, "aid.file_removed", file, at=at)
    tell_moved(file, at, said)
    return file


@transaction.atomic
def look(*, actor: Actor, file_id: int, reason: str, at: datetime) -> HardshipFile:
    """Open what is sealed of a file: who and why is kept first, and its owner can read it.

    Raises NotVisible; InvalidInput naming reason. Source: Personal Information Protection Law art. 51, 55.
    """
    file = get_visible(HardshipFile.objects.visible_to(actor).select_related("person", "union"), file_id)
    said = checked_words(reason, "reason", _("Write in between 4 and 200 characters why you need this."))
    FileLook.objects.create(file=file, user_id=actor.user_id, actor_name=actor.name[:80], reason=said, at=at)
    audit.record(actor, "aid.file_looked_at", file, at=at)
    return file


def ask_due(*, at: datetime) -> int:
    """Ask households whose year is over; each is asked once until it is assessed. Returns how many were asked."""
    on, asked = local_date(at), 0
    due = HardshipFile.objects.filter(
        state__in=(FileState.ACTIVE, FileState.WATCH), review_due_on__lte=on, asked_at=None
    )
    for file in due.order_by("pk")[:1000]:
        with transaction.atomic():
            if HardshipFile.objects.filter(pk=file.pk, asked_at=None).update(asked_at=at) == 1:
                day = on + timedelta(days=ASKED_DAYS)
                _tell(
                    file,
                    "aid.review_due",
                    {"day": day.isoformat()},
                    at,
                    f"aid.review_due:{file.pk}:{file.review_due_on}",
                )
                asked += 1
    return asked


def end_watched(*, at: datetime) -> int:
    """Files watched long enough, last assessed as no longer in difficulty, leave. Returns how many."""
    on, ended = local_date(at), 0
    over = HardshipFile.objects.filter(
        state=FileState.WATCH, category=Category.NONE, watch_until__lte=on
    ).select_related("person")
    for file in over.order_by("pk")[:1000]:
        with transaction.atomic():
            try:
                _move(file, FileState.OUT, at, ended_on=on, review_due_on=None)
            except StaleState:
                continue
            audit.record(system(), "aid.file_out", file, at=at)
            tell_moved(file, at)
            ended += 1
    return ended


def checked_words(said: str, field: str, message: str) -> str:
    """Words of 4 to 200 characters. Raises InvalidInput naming the field."""
    tidy = squeeze(said)
    if not 4 <= len(tidy) <= 200:
        raise InvalidInput(message, field=field)
    return tidy


def latest_year(file: HardshipFile) -> Year | None:
    """The year as last assessed."""
    row = HouseholdYear.objects.filter(file=file).order_by("-pk").first()
    return year_of(row) if row is not None else None


def tell_moved(file: HardshipFile, at: datetime, why: str = "") -> None:
    """Her file has moved: what it means for her."""
    words = {
        FileState.ACTIVE: _("You are in the archive; regular help goes on."),
        FileState.WATCH: _("Your income has improved. Your file stays for a while: if things worsen, tell your union."),
        FileState.OUT: _("Your file is closed since things have improved. If they worsen, you can apply again."),
        FileState.REMOVED: why,
    }  # fmt: skip
    state = FileState(file.state)
    context = {"state": state.label, "text": words.get(state, "")}
    _tell(file, "aid.file_moved", context, at, f"aid.file_moved:{file.pk}:{file.version}")


def _tell(file: HardshipFile, template: str, context: dict[str, object], at: datetime, key: str) -> None:
    notices.tell(
        template=template, context=context, key=key, at=at, link="/me/aid/", person_id=file.person_id
    )


def _held(actor: Actor, file_id: int, version: int) -> HardshipFile:
    file = get_visible(HardshipFile.objects.visible_to(actor).select_related("person", "union"), file_id)
    actor.check_can("aid.handle", path=file.path)
    if file.version != version or FileState(file.state) not in {FileState.ACTIVE, FileState.WATCH}:
        raise StaleState
    return file


def _keep_year(file: HardshipFile, year: Year, actor: Actor, at: datetime) -> HouseholdYear:
    return HouseholdYear.objects.create(
        file=file, year=local_date(at).year, data=year.dump(), category=year.assessment.category, assessed_at=at,
        user_id=actor.user_id,
    )  # fmt: skip


def _move(file: HardshipFile, to: FileState, at: datetime, **changed: object) -> None:
    if to != file.state and to not in MOVES[FileState(file.state)]:
        raise StaleState
    same = HardshipFile.objects.filter(pk=file.pk, state=file.state, version=file.version)
    if same.update(state=to, version=F("version") + 1, updated_at=at, **changed) != 1:
        raise StaleState
    for name, value in changed.items():
        setattr(file, name, value)
    file.state, file.version = to, file.version + 1


def _why(file: HardshipFile, reason: str) -> None:
    file.reason = reason
    file.save(update_fields=["reason"])
