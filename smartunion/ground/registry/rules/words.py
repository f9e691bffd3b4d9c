"""The registry's words: kinds, levels, states, changes, reasons; pure."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegionLevel(TextChoices):
    """Level of an administrative region; a zone is a functional area without a national code."""

    COUNTRY = "country", _("Country")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    TOWN = "town", _("Town or street")
    VILLAGE = "village", _("Village or community")
    ZONE = "zone", _("Development zone")


class UnionKind(TextChoices):
    """What a union is; kept apart from its level. Source: 工会组织信息采集表, 基层工会类型."""

    FEDERATION = "federation", _("Federation of trade unions")
    COMMITTEE_OFFICE = "committee_office", _("Trade union working committee")
    INDUSTRY = "industry", _("Industrial (system) union")
    ASSOCIATION_AREA = "association_area", _("Area-based association of unions")
    ASSOCIATION_INDUSTRY = "association_industry", _("Industry association of unions")
    INDEPENDENT = "independent", _("Independent grassroots union")
    JOINT = "joint", _("Joint grassroots union")
    BRANCH = "branch", _("Union branch")
    GROUP = "group", _("Union group")


class FoundingMode(TextChoices):
    """How a union came about: 龙头企业单独建, 集中区域联合建, 行业部门牵头建, 属地工会兜底建 (S010)."""

    INDEPENDENT = "independent", _("On its own")
    JOINT = "joint", _("Jointly with its neighbours")
    INDUSTRY = "industry", _("Led by the industry’s department")
    REGIONAL = "regional", _("Taken in by the local federation")


#: Kinds that have members of their own and cover employers.
GRASSROOTS = frozenset({UnionKind.INDEPENDENT, UnionKind.JOINT, UnionKind.BRANCH, UnionKind.GROUP})
#: Kinds that count as a grassroots union; branches and groups are parts of theirs. Source: 工会组织信息采集表.
COUNTED_KINDS = frozenset({UnionKind.INDEPENDENT, UnionKind.JOINT})
#: Kinds that are parts of a grassroots union, made and kept by itself.
PART_KINDS = GRASSROOTS - COUNTED_KINDS
#: Kinds that lead other unions.
LEADING = frozenset(
    {UnionKind.FEDERATION, UnionKind.COMMITTEE_OFFICE, UnionKind.INDUSTRY,
     UnionKind.ASSOCIATION_AREA, UnionKind.ASSOCIATION_INDUSTRY}
)  # fmt: skip


class UnionLevel(TextChoices):
    """Level of a union; never stored as a number, because two number lists exist."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    TOWN = "town", _("Town or street")
    VILLAGE = "village", _("Village, community or park")
    GRASSROOTS = "grassroots", _("Grassroots")


class UnionState(TextChoices):
    """Life of a union."""

    PREPARATORY = "preparatory", _("Preparatory group")
    ACTIVE = "active", pgettext_lazy("union", "Active")
    CLOSED = "closed", pgettext_lazy("union", "Closed")


class EmployerState(TextChoices):
    """Whether the employer is in business. Source: registration status of the market register."""

    ACTIVE = "active", _("In business")
    CLOSED = "closed", pgettext_lazy("employer", "Closed")
    MOVED = "moved", _("Moved away")


class MembershipState(TextChoices):
    """State of one membership spell.

    Retained members pay no dues and do not vote; preparatory ones wait in the holding pool of a federation
    because their employer has no union. Only ACTIVE counts as a member. Source: 会员会籍管理办法 2016.
    """

    ACTIVE = "active", _("Member")
    PREPARATORY = "preparatory", _("Preparatory member (holding pool)")
    RETAINED = "retained", _("Retained membership")
    ENDED = "ended", pgettext_lazy("membership", "Ended")


class ChangeType(TextChoices):
    """How a spell began or ended. Source: 会籍变化类型 1–6 of the official form; the last two are steps it lacks."""

    JOINED = "joined", _("Joined")
    TRANSFERRED_IN = "transferred_in", _("Transferred in")
    RETAINED = "retained", _("Retained")
    TRANSFERRED_OUT = "transferred_out", _("Transferred out")
    EXPELLED = "expelled", _("Expelled")
    LEFT = "left", _("Left")
    RESTORED = "restored", _("Restored")
    ADMITTED = "admitted", _("Became a member")


#: Endings after which somebody is no member; who moved, or was carried over, is one elsewhere.
GONE = (ChangeType.LEFT, ChangeType.EXPELLED)


class ChangeReason(TextChoices):
    """Why. Source: 会籍变化原因 of the official form, extended with what the form forgot."""

    NONE = "", _("Not stated")
    EMPLOYMENT_CHANGED = "employment_changed", _("Employment changed")
    LAID_OFF_WAITING = "laid_off_waiting", _("Laid off, waiting at the unit")
    UNEMPLOYED = "unemployed", _("Unemployed")
    EMPLOYER_BANKRUPT = "employer_bankrupt", _("Employer went bankrupt")
    OWN_WISH = "own_wish", _("Own wish")
    CRIME = "crime", _("Expelled for a crime")
    RETIRED = "retired", _("Retired")
    DECEASED = "deceased", _("Deceased")
    EMPLOYER_CLOSED = "employer_closed", _("Employer closed or revoked")
    MILITARY = "military", _("Military service")
    UNION_FOUNDED = "union_founded", _("Own employer founded a union")
    UNION_CLOSED = "union_closed", _("Union merged or dissolved")
    DUES_UNPAID = "dues_unpaid", _("No dues and no activity for six months")


class MemberChange(TextChoices):
    """What may be done to many members at once."""

    RETAIN = "retain", _("Retain the membership")
    RESTORE = "restore", _("Restore the membership")
    MOVE = "move", _("Move to another union")
    END = "end", _("End the membership")


class TransferState(TextChoices):
    """A transfer needs both unions; the member is never without one. Silence of the old union is consent."""

    ASKED = "asked", _("Waiting for the new union")
    ACCEPTED = "accepted", _("Accepted, waiting for the old union")
    DONE = "done", _("Transferred")
    REFUSED = "refused", pgettext_lazy("transfer", "Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RestructuringKind(TextChoices):
    """How unions, or the employers they stand on, are put together or taken apart."""

    MERGE = "merge", _("Merger")
    SPLIT = "split", _("Split")
    ABSORB = "absorb", _("Employer absorbed by another")
    HIVE_OFF = "hive_off", _("Part of an employer goes to another")


#: Of employers.
EMPLOYER_RESTRUCTURINGS = frozenset({RestructuringKind.ABSORB, RestructuringKind.HIVE_OFF})


class RestructuringState(TextChoices):
    """A merger or split is carried out by a job, and can be taken back for some days."""

    PLANNED = "planned", _("Decided, about to begin")
    RUNNING = "running", _("Being carried out")
    DONE = "done", pgettext_lazy("restructuring", "Carried out")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class Organ(TextChoices):
    """The elected bodies of a union."""

    COMMITTEE = "committee", _("Committee")
    AUDIT = "audit", _("Funds audit committee")
    WOMEN = "women", _("Women workers' committee")


class Post(TextChoices):
    """Posts inside an organ."""

    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice-chair")
    MEMBER = "member", _("Committee member")
    ORGANISER = "organiser", _("Organising officer")


class PostEnd(TextChoices):
    """Why a post ended within its term."""

    RESIGNED = "resigned", _("Resigned")
    REPLACED = "replaced", pgettext_lazy("post", "Replaced")
    RECALLED = "recalled", _("Recalled by vote")
    LEFT = "left", _("Left the union")
    RETAINED = "retained", _("Membership retained")
    MOVED = "moved", _("Moved to another union")
    DECEASED = "deceased", _("Deceased")
    UNION_CLOSED = "union_closed", _("Union merged or dissolved")


class CertificateKind(TextChoices):
    """What a certificate says."""

    FOUNDING = "founding", _("Founding certificate")
    LEGAL_PERSON = "legal_person", _("Legal-person certificate")


class LinkKind(TextChoices):
    """How a union covers an employer."""

    OWN = "own", _("The employer's own union")
    JOINT = "joint", _("Covered by a joint union")


class ConfirmedBy(StrEnum):
    """How a person's membership was confirmed. Source: collection procedure, domain rules 5.1."""

    SELF = "self"
    PAPER = "paper"
    IMPORT = "import"
    ON_BEHALF = "on_behalf"
