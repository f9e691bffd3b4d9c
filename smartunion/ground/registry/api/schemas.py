"""Shapes of the registry's API."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.core.ids import RowId
from smartunion.ground.registry.models import EmployerLink, Person, TradeUnion
from smartunion.ground.registry.rules import IdType


class Strict(Schema):
    """A body in which unknown fields are refused."""

    model_config = {"extra": "forbid"}


class UnionRef(Schema):
    """A union by name."""

    id: int
    number: str
    name: str


class EmployerRef(Schema):
    """An employer by name."""

    id: int
    name: str
    uscc: str


class UnionOut(UnionRef):
    """A union with the counts of its subtree. kind, level, state: keys of the registry's lists."""

    kind: str
    level: str
    state: str
    parent_id: int | None
    path: str
    uscc: str
    founded_on: date | None
    founding_mode: str = Field(description="independent, joint, industry or regional; empty where unknown.")
    closed_on: date | None
    members: int = Field(description="Active members, with everything below.")
    retained: int
    waiting: int = Field(description="People in holding pools.")
    unions: int = Field(description="Active grassroots unions.")
    employers: int = Field(description="Employers covered now.")
    version: int

    @staticmethod
    def resolve_members(union: Any) -> int:
        """From the maintained counts."""
        return int(union.n_active)

    @staticmethod
    def resolve_retained(union: Any) -> int:
        """From the maintained counts."""
        return int(union.n_retained)

    @staticmethod
    def resolve_waiting(union: Any) -> int:
        """From the maintained counts."""
        return int(union.n_preparatory)

    @staticmethod
    def resolve_unions(union: Any) -> int:
        """From the maintained counts."""
        return int(union.n_unions)

    @staticmethod
    def resolve_employers(union: Any) -> int:
        """From the maintained counts."""
        return int(union.n_employers)


class UnionPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[UnionOut]
    next: str | None


class LinkOut(Schema):
    """A union covers an employer, [valid_from, valid_to)."""

    id: int
    union: UnionRef
    kind: str
    valid_from: date
    valid_to: date | None


class EmployerOut(EmployerRef):
    """An employer."""

    former_name: str
    state: str
    address: str
    industry: str
    staff_count: int | None
    insured_count: int | None
    founded_on: date | None
    covered_by: list[LinkOut]
    version: int

    @staticmethod
    def resolve_covered_by(employer: Any) -> list[EmployerLink]:
        """The running coverages, read beforehand."""
        return list(employer.open_links)


class EmployerPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[EmployerOut]
    next: str | None


class PersonOut(Schema):
    """A person; ID number and mobile are masked."""

    id: int
    name: str
    sex: str
    birth_date: date | None
    resident_id: str
    mobile: str
    is_new_form: bool
    version: int

    @staticmethod
    def resolve_resident_id(person: Person) -> str:
        """Masked."""
        return mask_resident_id(str(person.resident_id))

    @staticmethod
    def resolve_mobile(person: Person) -> str:
        """Masked."""
        return mask_phone(str(person.mobile))


class MembershipOut(Schema):
    """One spell [started_on, ended_on). held_as: the state it has or had while it ran."""

    id: int
    person: PersonOut
    union: UnionRef
    employer: EmployerRef | None
    employer_name: str
    state: str
    held_as: str
    started_on: date
    ended_on: date | None
    start_type: str
    end_type: str
    reason: str


class MembershipPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[MembershipOut]
    next: str | None


class SpellOut(Schema):
    """A spell in somebody's history."""

    id: int
    union: UnionRef
    held_as: str
    started_on: date
    ended_on: date | None
    start_type: str
    end_type: str
    reason: str


class PlatformWorkOut(Schema):
    """Work for a platform company on days [started_on, ended_on)."""

    id: int
    platform: EmployerRef
    started_on: date
    ended_on: date | None


class PlatformWorkIn(Strict):
    """Work for a platform taken up. platform_id: employer marked as platform company."""

    platform_id: RowId
    on: date


class PlatformWorkEndIn(Strict):
    """The last day she worked for it is the one before."""

    on: date


class PlatformCompanyOut(EmployerRef):
    """A platform company; people: active members in your reach who work for it now."""

    people: int


class PlatformsOut(Schema):
    """people: everybody once, several: those with more than one platform; the platforms' own numbers add up to more."""

    people: int
    several: int
    platforms: list[PlatformCompanyOut]


class HistoryOut(Schema):
    """A person and all her spells, latest first; member_since: the day she first became a member."""

    person: PersonOut
    member_since: date | None
    spells: list[SpellOut]
    platforms: list[PlatformWorkOut]


class JoinIn(Strict):
    """Somebody to be made a member of a union."""

    union_id: RowId
    name: str = Field(max_length=60)
    resident_id: str = Field(max_length=24)
    id_type: str = Field(IdType.RESIDENT.value, max_length=12, description="Key of the list of documents.")
    mobile: str = Field(max_length=20)
    approved_on: date = Field(description="The day the union approved it; membership begins then.")
    employer_id: RowId | None = None
    employer_name: str = Field("", max_length=120)
    confirmed_by: str = Field("on_behalf", max_length=12, description="self, paper or on_behalf.")
    is_new_form: bool = False


class EndIn(Strict):
    """The end of a membership. type: left or expelled; reason: key that fits the type."""

    type: str = Field(max_length=16)
    reason: str = Field(max_length=20)
    on: date
    note: str = Field("", max_length=200)


class RetainIn(Strict):
    """A membership to be retained."""

    reason: str = Field("", max_length=20)
    on: date


class RestoreIn(Strict):
    """A retained membership to be restored, or a waiting person to be taken in."""

    on: date
    union_id: RowId | None = None


class WorkplaceIn(Strict):
    """Another employer of the same union, from a day on."""

    employer_id: RowId
    on: date


class DayIn(Strict):
    """The right day of a membership. field: started_on, or ended_on of one that ended for good."""

    field: Literal["started_on", "ended_on"] = "started_on"
    on: date
    reason: str = Field(max_length=200)


class TakeBackIn(Strict):
    """Why an ending was a mistake; the member reads it."""

    reason: str = Field(max_length=200)


class RevealIn(Strict):
    """A look at one sealed value. field: resident_id or mobile."""

    field: str = Field(max_length=20)
    reason: str = Field(max_length=200)


class RevealOut(Schema):
    """The value; the look has been recorded."""

    value: str


class TransferIn(Strict):
    """A transfer asked for by the new union with the member's card in hand, or by the member herself (without name and
    number).
    """

    to_union_id: RowId
    name: str = Field("", max_length=60)
    resident_id: str = Field("", max_length=24)
    to_employer_id: RowId | None = None
    reason: str = Field("", max_length=200)


class RefuseIn(Strict):
    """Why."""

    reason: str = Field(max_length=200)


class TransferQuestionIn(Strict):
    """What is missing."""

    question: str = Field(max_length=200)


class TransferAnswerIn(Strict):
    """What the member says to it."""

    words: str = Field(max_length=300)


class TransferOut(Schema):
    """A transfer. answer_by: when the term to answer it ends; held_by: the union above that has it since the new one let
    its own pass; silent_after: when the old union's silence counts as consent; question, answer: what was missing."""

    id: int
    person_id: int
    name: str
    from_union: UnionRef
    to_union: UnionRef
    state: str
    asked_at: datetime
    answer_by: datetime | None
    held_by: UnionRef | None
    silent_after: datetime | None
    decided_at: datetime | None
    reason: str
    note: str
    question: str
    answer: str

    @staticmethod
    def resolve_name(transfer: Any) -> str:
        """The member's name."""
        return str(transfer.person.name)

    @staticmethod
    def resolve_from_union(transfer: Any) -> TradeUnion:
        """The union that is left."""
        union: TradeUnion = transfer.membership.union
        return union


class TransferPage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[TransferOut]
    next: str | None
