"""Records entered twice, as they happen in every registry, so that there is something to tidy up in the demo."""

from datetime import date, datetime

from smartunion.core.actor import Actor
from smartunion.core.paths import child_path
from smartunion.core.pinyin import name_initials, name_key
from smartunion.ground.registry.flows.tallies import Counts, add_one, of_state
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    MergeKind,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.rules import MembershipState, fold_name
from smartunion.systems.stewardship.flows.scoring import count_all
from smartunion.systems.stewardship.flows.searching import search

#: How many of each are entered twice, whatever the size of the demo: enough to see the work.
_PEOPLE, _FIRMS, _UNIONS = 9, 3, 1


def enter_twice(*, actor: Actor, as_of: date, at: datetime) -> dict[str, int]:
    """Enter some people, employers and a union a second time, then look for duplicates and count the scores."""
    _people(as_of, at)
    _firms(at)
    _union(as_of, at)
    found = {kind.value: search(kind, at=at)["clusters"] for kind in MergeKind}
    count_all(at=at)
    return found


def _people(as_of: date, at: datetime) -> None:
    """The second record has the same phone and birth date and no ID number; every third stands in another union."""
    running = Membership.objects.filter(
        ended_on=None, state=MembershipState.ACTIVE, person__mobile_index__isnull=False
    )
    spells = list(
        running.exclude(person__birth_date=None)
        .select_related("person", "union")
        .order_by("pk")[: _PEOPLE * 40 : 40]
    )
    others = list(TradeUnion.objects.filter(kind="independent", state="active").order_by("-pk")[:_PEOPLE])
    for number, spell in enumerate(spells):
        old = spell.person
        name = old.name if number % 4 else old.name[:1] + old.name[1:].replace("伟", "玮").replace("丽", "莉")
        person = Person.objects.create(
            name=name, pinyin=name_key(name), initials=name_initials(name), sex=old.sex, birth_date=old.birth_date,
            mobile=old.mobile, mobile_tail=old.mobile_tail, created_at=at, updated_at=at,
        )  # fmt: skip
        union = others[number] if number % 3 == 2 and number < len(others) else spell.union
        Membership.objects.create(
            person=person, union=union, union_path=union.path, employer_name=spell.employer_name, employer=spell.employer,
            name_key=person.pinyin[:40], state=MembershipState.ACTIVE, started_on=as_of.replace(day=1), source="demo",
            created_at=at, updated_at=at,
        )  # fmt: skip
        add_one(union, of_state(MembershipState.ACTIVE))


def _firms(at: datetime) -> None:
    covered = (
        Employer.objects.filter(union_links__valid_to=None).exclude(org_code="").order_by("pk").distinct()
    )
    for old in covered[:_FIRMS]:
        name = old.name.replace("有限公司", "公司")
        Employer.objects.create(
            name=name, name_key=fold_name(name), pinyin=old.pinyin, org_code=old.org_code, region=old.region,
            territory_path=old.territory_path, address=old.address, legal_person=old.legal_person, created_at=at, updated_at=at,
        )  # fmt: skip


def _union(as_of: date, at: datetime) -> None:
    links = EmployerLink.objects.filter(valid_to=None, kind="own", union__state="active").select_related(
        "union", "employer"
    )
    for link in links.order_by("pk")[:_UNIONS]:
        old = link.union
        name = f"{link.employer.name}工会委员会"
        twin = TradeUnion(
            number=f"{old.number}-2"[:24], name=name, name_key=fold_name(name), pinyin=old.pinyin, kind=old.kind,
            level=old.level, parent=old.parent, path=f"~{old.pk}", depth=old.depth, region=old.region, founded_on=old.founded_on,
            created_at=at, updated_at=at,
        )  # fmt: skip
        twin.save()
        twin.path = child_path(old.parent.path if old.parent else "", twin.pk)
        twin.save(update_fields=["path"])
        EmployerLink.objects.create(
            union=twin,
            union_path=twin.path,
            employer=link.employer,
            kind="own",
            valid_from=as_of,
            source="demo",
        )
        add_one(twin, Counts(unions=1, employers=1))
