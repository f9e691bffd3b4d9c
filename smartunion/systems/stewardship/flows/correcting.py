"""What people do about corrections: take theirs, keep ours, write the right one; and taking that back exactly."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, Refusal, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.flows.merging import journal
from smartunion.ground.registry.flows.merging.journal import Journal, Record
from smartunion.ground.registry.flows.origins import Origin, by_people
from smartunion.ground.registry.models import (
    Correction,
    Employer,
    Membership,
    MergeKind,
    Person,
    ValueOrigin,
)
from smartunion.ground.registry.rules import EmployerState
from smartunion.ground.registry.service import employers, people
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import LEADS_TO, MAY, Act, State

_MINE = Discrepancy._meta.label


class CannotTakeBack(Refusal):
    """The decision cannot be undone; the message says why."""

    code = "cannot_take_back"


def take(
    *, actor: Actor, item_id: int, version: int | None = None, reason: str = "", at: datetime,
    batch: CorrectionBatch | None = None, act: Act = Act.TAKE,
) -> Decision:  # fmt: skip
    """Let the registry say what the department says; the value keeps its lineage: extract, month and row.

    version: of the correction as it was looked at. Raises NotVisible, NotAllowed, StaleState; and what the registry
    refuses, such as a code that another record has.
    """
    item = item_for(actor, item_id, version, act)
    source = Origin(f"snapshot:{item.snapshot_id}", item.table, item.row, item.as_of)
    why = squeeze(reason)[:150] or _("Taken from %(table)s, %(month)s") % {
        "table": item.get_table_display(), "month": f"{item.as_of:%Y-%m}",
    }  # fmt: skip
    return _decide(actor, item, act, why, at, batch, value=item.theirs, origin=source)


def write(
    *, actor: Actor, item_id: int, version: int | None = None, value: str, reason: str, at: datetime,
    batch: CorrectionBatch | None = None,
) -> Decision:  # fmt: skip
    """Both were wrong: write the right value. The correction is quiet until the department's value changes.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming value or reason, and what the registry refuses.
    """
    item = item_for(actor, item_id, version, Act.WRITE)
    right = squeeze(value)
    if not right or right == item.theirs:
        raise InvalidInput(_("Write the right value; if the department has it, take theirs."), field="value")
    return _decide(actor, item, Act.WRITE, checked(reason), at, batch, value=right, origin=by_people(actor))


def keep(
    *, actor: Actor, item_id: int, version: int | None = None, reason: str, at: datetime,
    batch: CorrectionBatch | None = None,
) -> Decision:  # fmt: skip
    """Ours is right; remembered with the reason until the department's value changes.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming reason.
    """
    item = item_for(actor, item_id, version, Act.KEEP)
    return _decide(actor, item, Act.KEEP, checked(reason), at, batch)


def item_for(actor: Actor, item_id: int, version: int | None, act: Act) -> Discrepancy:
    """The correction, if the actor may do this about it now. Raises NotVisible, NotAllowed, StaleState."""
    item = get_visible(Discrepancy.objects.visible_to(actor).select_related("employer", "person"), item_id)
    actor.check_can(item.permission, path=item.path)
    if State(item.state) not in MAY[act] or (version is not None and version != item.version):
        raise StaleState
    return item


def checked(reason: str) -> str:
    """A reason its reader understands. Raises InvalidInput."""
    tidy = squeeze(reason)
    if not 2 <= len(tidy) <= 150:
        raise InvalidInput(
            _("Say in a few words why."),
            remedy=_("For example: seen on the licence, told by the firm."),
            field="reason",
        )
    return tidy


@transaction.atomic
def _decide(
    actor: Actor, item: Discrepancy, act: Act, reason: str, at: datetime, batch: CorrectionBatch | None, *,
    value: str | None = None, origin: Origin | None = None,
) -> Decision:  # fmt: skip
    watched = _watch(item)
    moved = Discrepancy.objects.filter(pk=item.pk, version=item.version, state=item.state).update(
        state=LEADS_TO[act], reason=reason, decided_at=at, decided_by=actor.name[:80], version=item.version + 1,
        changed_at=at,
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    if value is not None and origin is not None:
        before = _made_rows(item)
        store(item, value, origin, actor=actor, reason=reason, at=at)
        for row in set(_made_rows(item)) - set(before):
            watched.made(row)
    record, _after = watched.close()
    done = Decision.objects.create(
        item=item, act=act, batch=batch, theirs_source=origin.source if origin else "", record=record.packed(),
        reason=reason, user_id=actor.user_id, actor_name=actor.name[:80], at=at,
    )  # fmt: skip
    audit.record(
        actor, "stewardship.correction_decided", item, at=at, reason=reason,
        owner_person_id=item.person_id, data={"act": act.value, "field": item.field, "table": item.table},
    )  # fmt: skip
    return done


def _watch(item: Discrepancy) -> Journal:
    watched = Journal()
    watched.watch(Discrepancy, [item.pk])
    origins = ValueOrigin.objects.filter(**item.owner)
    watched.watch(ValueOrigin, origins.values_list("pk", flat=True))
    if item.kind == MergeKind.EMPLOYER:
        watched.watch(Employer, [item.employer_id])
    else:
        watched.watch(Person, [item.person_id])
        spells = Membership.objects.filter(**item.owner)
        watched.watch(Membership, spells.values_list("pk", flat=True))
    return watched


def _made_rows(item: Discrepancy) -> list[Any]:
    """Rows that a change may add to: origins and a person's corrections."""
    origins = ValueOrigin.objects.filter(**item.owner)
    corrections = Correction.objects.filter(person_id=item.person_id or 0)
    return [*origins.only("pk"), *corrections.only("pk")]


def store(item: Discrepancy, value: str, origin: Origin, *, actor: Actor, reason: str, at: datetime) -> None:
    """Put a value into the registry through its own flows. Raises what they refuse."""
    if item.kind == MergeKind.EMPLOYER:
        firm = item.employer
        assert firm is not None
        if item.field == "state":
            employers.take_state(
                actor=actor,
                employer_id=firm.pk,
                version=firm.version,
                state=EmployerState(value),
                origin=origin,
                at=at,
            )
            return
        given = _number(value) if item.field == "staff_count" else value
        employers.update_employer(
            actor=actor,
            employer_id=firm.pk,
            version=firm.version,
            changes={item.field: given},
            at=at,
            origin=origin,
        )
        return
    person = item.person
    assert person is not None
    if item.field == "mobile":
        people.update_person(
            actor=actor,
            person_id=person.pk,
            version=person.version,
            changes={"mobile": value},
            at=at,
            origin=origin,
        )
        return
    people.correct(
        actor=actor, person_id=person.pk, version=person.version, field=item.field, value=value,
        reason=reason.ljust(4, "。"), at=at, origin=origin,
    )  # fmt: skip


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 8):
        raise InvalidInput(_("Write a number of people."), field="value")
    return int(value)


@transaction.atomic
def undo(*, actor: Actor, decision_id: int, at: datetime) -> Discrepancy:
    """Put everything back byte for byte as it stood before the decision.

    When a comparison has told something new of the correction since, its department's side stays as told. Raises
    NotVisible, NotAllowed; StaleState (undone first); CannotTakeBack (decided again since, or the record changed).
    """
    visible = Decision.objects.filter(item__in=Discrepancy.objects.visible_to(actor))
    done = get_visible(visible.select_related("item"), decision_id)
    actor.check_can(done.item.permission, path=done.item.path)
    if done.undone_at is not None:
        raise StaleState
    if Decision.objects.filter(item=done.item, pk__gt=done.pk, undone_at=None).exists():
        raise CannotTakeBack(
            _("Somebody decided about this again since."), remedy=_("Undo the later decision first.")
        )
    if not done.record:
        raise CannotTakeBack(
            _("A question cannot be unasked."), remedy=_("Decide; the union sees what you decided.")
        )
    record = Record.unpacked(done.record)
    entries = [*record.changed, *record.made]
    if record.gone or any(_has_changed(one) for one in entries if one["of"] != _MINE):
        raise CannotTakeBack(
            _("The record was changed since."), remedy=_("Correct the value on the record's own page.")
        )
    if Decision.objects.filter(pk=done.pk, undone_at=None).update(
        undone_at=at, undone_by=actor.name[:80], record=None
    ) != 1:  # fmt: skip
        raise StaleState
    try:
        with transaction.atomic():
            _restore(record, done.item, at)
    except IntegrityError:
        raise CannotTakeBack(_("The old value was given to another record since.")) from None
    audit.record(
        actor, "stewardship.correction_undone", done.item, at=at, owner_person_id=done.item.person_id,
        data={"decision": done.pk, "act": done.act},
    )  # fmt: skip
    done.item.refresh_from_db()
    return done.item


def _has_changed(entry: dict[str, Any]) -> bool:
    model = apps.get_model(entry["of"])
    now = next(iter(dict(journal.read(model, [journal.decode(entry["key"])])).values()), None)
    return now is None or journal.digest(model, now) != entry["left"]


def _restore(record: Record, item: Discrepancy, at: datetime) -> None:
    for entry in record.made:
        journal.delete(apps.get_model(entry["of"]), journal.decode(entry["key"]))
    for entry in record.changed:
        if entry["of"] == _MINE and _has_changed(entry):
            _reopen(item, at)
            continue
        values = {name: journal.decode(value) for name, value in entry["was"].items()}
        model = apps.get_model(entry["of"])
        for name in journal.path_columns(model) & values.keys():
            del values[name]  # a union may have moved
        journal.write(model, journal.decode(entry["key"]), values)


def _reopen(item: Discrepancy, at: datetime) -> None:
    """A comparison told something new since: what it told stands, and somebody decides anew."""
    Discrepancy.objects.filter(pk=item.pk).update(
        state=State.OPEN, reason="", decided_at=None, decided_by="", changed_at=at, version=item.version + 1
    )
