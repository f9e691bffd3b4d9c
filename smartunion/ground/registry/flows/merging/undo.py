"""Taking a merge back: every row as it was, unless somebody has built upon it since."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import Refusal, StaleState
from smartunion.core.paths import child_path
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices import service as notices
from smartunion.ground.registry import messages
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.merging import journal
from smartunion.ground.registry.flows.merging.journal import Record, Row
from smartunion.ground.registry.flows.merging.references import TARGETS
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.models import Merge, MergeKind, TradeUnion

#: Columns that say whose a row is.
_OWNERS = {"person_id", "employer_id", "union_id"}


class CannotUndo(Refusal):
    """The merge cannot be taken back; the message says why. details: "changed" lists what changed since."""

    code = "cannot_undo"


@transaction.atomic
def undo(*, actor: Actor, merge_id: int, reason: str, at: datetime) -> Merge:
    """Part records that were made one: every row stands again byte for byte as before, sums and counts follow.

    What was added to the record that stays since then stays there. Raises NotVisible, NotAllowed; InvalidInput naming
    reason; CannotUndo (time is over, data erased, or a row changed since); StaleState when somebody undid it first.
    """
    merge = get_visible(Merge.objects.visible_to(actor), merge_id)
    actor.check_can(MergeKind(merge.kind).permission, path=merge.path)
    kept_reason = checked_reason(reason)
    why = refusal(merge, at)
    if why:
        is_done = merge.undone_at is not None
        remedy = _("The records stand apart again; nothing is left to do.")
        raise CannotUndo(why, remedy=remedy if is_done else _("Correct the record on its own page."))
    record = Record.unpacked(merge.record)
    changed = list(changed_since(record))
    if changed:
        raise CannotUndo(
            _("Since then these were changed: %(what)s.") % {"what": "、".join(dict.fromkeys(changed))},
            remedy=_("Nothing was undone. Correct the record on its own page instead."), changed=changed,
        )  # fmt: skip
    moved = Merge.objects.filter(pk=merge.pk, undone_at=None).update(
        undone_at=at, undone_by=actor.name[:80], record=None
    )
    if moved != 1:
        raise StaleState
    try:
        with transaction.atomic():
            _restore(record)
    except IntegrityError:
        raise CannotUndo(
            _("A number or name of the old records was given to another record since."),
            remedy=_("Free it there first, then undo."),
        ) from None
    _restore_counts(record)
    _restore_facts(record, merge, actor, at)
    survivor = apps.get_model(_model_of(merge))._base_manager.get(pk=merge.survivor_id)
    is_person = merge.kind == MergeKind.PERSON
    audit.record(
        actor, "registry.merge_undone", survivor, at=at, reason=kept_reason, data={"merge": merge.pk},
        owner_person_id=merge.survivor_id if is_person else None,
    )  # fmt: skip
    if is_person:
        notices.tell(
            template=messages.MERGE_UNDONE, context={}, key=f"merge_undone:{merge.pk}", at=at,
            person_id=merge.survivor_id, link="/me/", channels=(),
        )  # fmt: skip
    merge.refresh_from_db()
    return merge


def refusal(merge: Merge, at: datetime) -> str:
    """Why a merge cannot be undone, before its rows are looked at; "" when it may be."""
    if merge.undone_at is not None:
        return _("It was undone already.")
    if not merge.record:
        return _("Its record was cleared, because the time to undo is over or the person's data was erased.")
    if merge.undo_until is not None and local_date(at) > merge.undo_until:
        return _("The time to undo ended on %(day)s.") % {"day": merge.undo_until.isoformat()}
    return ""


def changed_since(record: Record) -> Iterator[str]:
    """Names of what no longer stands as the merge left it."""
    for entry in [*record.changed, *record.made]:
        model = apps.get_model(entry["of"])
        found = dict(journal.read(model, [journal.decode(entry["key"])]))
        now = next(iter(found.values()), None)
        if now is None or journal.digest(model, now) != entry["left"]:
            yield str(model._meta.verbose_name)


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Clear the records of merges whose time to undo is over. Returns how many."""
    over = Merge.objects.filter(undo_until__lt=local_date(at), undone_at=None, record__isnull=False)
    return over.update(record=None)


def _restore(record: Record) -> None:
    """In an order that no uniqueness rule objects to: what the survivor took over is free before the others return."""
    for entry in record.made:
        journal.delete(apps.get_model(entry["of"]), journal.decode(entry["key"]))
    rest = sorted(
        (entry for entry in record.changed if not _is_target(entry["of"])),
        key=lambda entry: not entry["was"].keys() & _OWNERS,
    )
    for entry in [one for one in record.changed if _is_target(one["of"])]:
        _write(entry)
    for entry in [one for one in record.gone if _is_target(one["of"])]:
        _insert(entry)
    placed = {
        journal.decode(one["row"]["path"]): _placed(TradeUnion, {k: journal.decode(v) for k, v in one["row"].items()})["path"]
        for one in record.gone if one["of"] == "registry.TradeUnion"
    }  # fmt: skip
    for entry in rest:  # rows that leave the survivor before rows that run again there
        _write(entry, placed)
    for entry in [one for one in record.gone if not _is_target(one["of"])]:
        _insert(entry)


def _insert(entry: dict[str, Any]) -> None:
    model = apps.get_model(entry["of"])
    journal.insert(
        model, _placed(model, {name: journal.decode(value) for name, value in entry["row"].items()})
    )


def _write(entry: dict[str, Any], placed: Mapping[str, str] | None = None) -> None:
    """Set the columns to what they were; paths of a union that has moved since are those of today."""
    model = apps.get_model(entry["of"])
    values = {name: journal.decode(value) for name, value in entry["was"].items()}
    for name in journal.path_columns(model) & values.keys():
        values[name] = (placed or {}).get(values[name], values[name])
    journal.write(model, journal.decode(entry["key"]), values)


def _placed(model: type[models.Model], row: Row) -> Row:
    """The row with its union's path of today: the union may have moved since."""
    if model is TradeUnion:
        above = TradeUnion.objects.filter(pk=row["parent_id"]).first()
        return row | {"path": child_path(above.path if above else "", row["id"])}
    union_id = row.get("union_id")
    if union_id is None:
        return row
    path = TradeUnion.objects.filter(pk=union_id).values_list("path", flat=True).first()
    names = {"path", "union_path"} & journal.path_columns(model) & row.keys()
    return row | dict.fromkeys(names, path) if path else row


def _restore_counts(record: Record) -> None:
    changes = {int(key): -tallies.Counts(*values) for key, values in record.extra.get("counts", {}).items()}
    paths = dict(TradeUnion.objects.filter(pk__in=changes).values_list("pk", "path"))
    tallies.add(changes, paths)


def _restore_facts(record: Record, merge: Merge, actor: Actor, at: datetime) -> None:
    """Facts that were taken back happened after all: they are written anew, since the ledger only grows."""
    for union_id, ids in record.extra.get("facts", {}).items():
        ledger.move_rows(
            ids, new_path=TradeUnion.objects.values_list("path", flat=True).get(pk=int(union_id))
        )
    for fact in Fact.objects.filter(pk__in=record.extra.get("reversed", [])):
        ledger.record_many(
            [
                ledger.NewFact(
                    kind=fact.kind, key=f"{fact.key}:again:{merge.pk}"[:120], happened_on=fact.happened_on, path=fact.path,
                    subject_type=fact.subject_type, subject_id=fact.subject_id, quantity=fact.quantity,
                    person_id=fact.person_id, drive_id=fact.drive_id, attrs=fact.attrs,
                )
            ],
            actor=actor, at=at,
        )  # fmt: skip


def _is_target(label: str) -> bool:
    return label in {"registry.Person", "registry.Employer", "registry.TradeUnion"}


def _model_of(merge: Merge) -> str:
    return TARGETS[MergeKind(merge.kind)]
