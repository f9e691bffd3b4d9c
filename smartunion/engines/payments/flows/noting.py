"""Claims of all programmes compared: what they have in common is flagged with evidence and refuses nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from smartunion.core.codes.folding import fold_width, squeeze
from smartunion.engines.payments.models import LikenessPair, Trait
from smartunion.engines.payments.programmes import is_in_kind, label_of
from smartunion.engines.payments.rules.accounts import account_key
from smartunion.engines.payments.rules.states import LikenessState, TraitKind
from smartunion.ground.registry.models.people import phone_key, resident_key

#: Earlier claims compared for each thing in common; the newest. An account used by thousands is flagged, not listed.
MOST = 20
#: Of things and places, where a phone may be a whole office’s.
MOST_THINGS = 6


@dataclass(frozen=True)
class Traits:
    """What a claim can have in common with others; empty texts are left out. picture_sha256s: of each file sent."""

    phone: str = ""
    account: str = ""
    resident_id: str = ""
    picture_sha256s: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Likeness:
    """Another claim that has something in common. evidence: pairs (what, masked value); state: as found by a look."""

    pk: int
    programme: str
    label: str
    record: str
    evidence: tuple[tuple[str, str], ...]
    state: str
    found_at: datetime


@transaction.atomic
def note_traits(
    *, at: datetime, programme: str, record: str, union_path: str, person_id: int | None, traits: Traits
) -> list[Likeness]:
    """Keep what a claim is compared by, and flag every other claim of any programme that shares some of it.

    Safe to repeat: what is known is not noted twice, and pairs already looked at keep their finding. Refuses nobody.
    """
    wanted = _values(person_id, traits)
    known = set(Trait.objects.filter(record=record).values_list("kind", "value_index"))
    index = Trait._meta.get_field("value_index")
    fresh = [
        Trait(programme=programme, record=record, path=union_path, person_id=person_id, kind=kind, value=value, at=at)
        for kind, value in wanted if not any((kind, found) in known for found in index.indexes(value))
    ]  # fmt: skip
    Trait.objects.bulk_create(fresh, ignore_conflicts=True)
    shared = _shared(programme, record, person_id, wanted)
    for other, evidence in shared.items():
        _flag(programme, record, union_path, other, evidence, at)
    return likenesses(record)


@dataclass(frozen=True)
class Noted:
    """One of many claims to be compared."""

    record: str
    union_path: str
    person_id: int | None
    traits: Traits


@transaction.atomic
def note_many(*, at: datetime, programme: str, claims: Sequence[Noted]) -> int:
    """As note_traits, for claims nobody has noted yet: a handful of statements for a thousand. Returns the new pairs."""
    column = Trait._meta.get_field("value_index")
    wanted = {one.record: _values(one.person_id, one.traits) for one in claims}
    rows = [
        Trait(programme=programme, record=one.record, path=one.union_path, person_id=one.person_id, kind=kind, value=value, at=at)
        for one in claims for kind, value in wanted[one.record] if not _is_moot(kind, programme)
    ]  # fmt: skip
    Trait.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    shown = {
        index: (kind, value) for values in wanted.values() for kind, value in values for index in column.indexes(value)
    }  # fmt: skip
    by_index: dict[bytes, list[Trait]] = {}
    same = Trait.objects.filter(value_index__of=list(shown)).defer("value")
    for row in same.order_by("-pk"):
        group = by_index.setdefault(bytes(row.value_index), [])
        if len(group) < MOST_THINGS:
            group.append(row)
    pairs: dict[tuple[str, str], LikenessPair] = {}
    new = set(wanted)
    for index, group in by_index.items():
        kind, value = shown[index]
        for at_place, later in enumerate(group):
            for earlier in group[at_place + 1 :]:
                if not {later.record, earlier.record} & new or _is_usual(later, earlier):
                    continue
                pair = pairs.setdefault(
                    (later.record, earlier.record),
                    LikenessPair(
                        record=later.record, programme=later.programme, path=later.path, other_record=earlier.record,
                        other_programme=earlier.programme, other_path=earlier.path, evidence=[], found_at=at,
                    ),
                )  # fmt: skip
                pair.evidence.append([kind, _masked(kind, value.partition(":")[2])])
    return len(LikenessPair.objects.bulk_create(pairs.values(), ignore_conflicts=True, batch_size=1000))


def _is_moot(kind: str, programme: str) -> bool:
    """That it is the same person says nothing of things and places: what she may have is a matter of limits."""
    return kind == TraitKind.PERSON and is_in_kind(programme)


def _is_usual(one: Trait, other: Trait) -> bool:
    """The same claim, or one person having several things."""
    if one.record == other.record:
        return True
    is_same = one.person_id is not None and one.person_id == other.person_id
    return is_same and (is_in_kind(one.programme) or is_in_kind(other.programme))


def likenesses(record: str) -> list[Likeness]:
    """Claims that have something in common with this one, the newest first; at most 200."""
    pairs = LikenessPair.objects.filter(Q(record=record) | Q(other_record=record)).order_by("-pk")[:200]
    return [_seen(pair, record) for pair in pairs]


def _seen(pair: LikenessPair, record: str) -> Likeness:
    is_later = pair.record == record
    programme = pair.other_programme if is_later else pair.programme
    evidence = tuple((str(TraitKind(kind).label), shown) for kind, shown in pair.evidence)
    other = pair.other_record if is_later else pair.record
    return Likeness(pair.pk, programme, label_of(programme), other, evidence, pair.state, pair.found_at)


def _values(person_id: int | None, traits: Traits) -> list[tuple[str, str]]:
    plain = [
        (TraitKind.PERSON, str(person_id or "")),
        (TraitKind.RESIDENT_ID, resident_key(traits.resident_id) if traits.resident_id else ""),
        (TraitKind.PHONE, phone_key(traits.phone) if traits.phone else ""),
        (TraitKind.ACCOUNT, account_key(traits.account)),
        *((TraitKind.PICTURE, fold_width(squeeze(digest)).lower()) for digest in traits.picture_sha256s),
    ]
    return list(dict.fromkeys((kind.value, f"{kind.value}:{value}") for kind, value in plain if value))


def _shared(
    programme: str, record: str, person_id: int | None, wanted: Sequence[tuple[str, str]]
) -> dict[Trait, list[list[str]]]:
    """Other claims by one of their traits, with all that they share."""
    found: dict[str, tuple[Trait, list[list[str]]]] = {}
    asked = Trait(programme=programme, record=record, person_id=person_id)
    for kind, value in wanted:
        same = (
            Q(person_id=int(value.partition(":")[2]))
            if kind == TraitKind.PERSON
            else Q(value_index__of=value)
        )
        rows = Trait.objects.filter(same, kind=kind).exclude(record=record)
        for row in rows.order_by("-pk")[:MOST]:
            if _is_usual(asked, row):
                continue
            found.setdefault(row.record, (row, []))[1].append([kind, _masked(kind, value.partition(":")[2])])
    return dict(found.values())


def _masked(kind: str, value: str) -> str:
    if kind == TraitKind.PERSON:
        return ""
    return f"{value[:8]}…" if kind == TraitKind.PICTURE else f"****{value[-4:]}"


def _flag(
    programme: str, record: str, path: str, other: Trait, evidence: list[list[str]], at: datetime
) -> None:
    """One pair whichever came first; more in common opens it again."""
    turned = LikenessPair.objects.filter(record=other.record, other_record=record).first()
    pair = turned or LikenessPair.objects.get_or_create(
        record=record, other_record=other.record,
        defaults={
            "programme": programme, "path": path, "other_programme": other.programme, "other_path": other.path,
            "evidence": evidence, "found_at": at,
        },
    )[0]  # fmt: skip
    added = [item for item in evidence if item not in pair.evidence]
    if added:
        LikenessPair.objects.filter(pk=pair.pk).update(
            evidence=[*pair.evidence, *added], state=LikenessState.OPEN, found_at=at
        )
