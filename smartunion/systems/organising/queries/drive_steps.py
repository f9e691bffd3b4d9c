"""The records behind the stages of a drive: who asked for a code or sent the form, who waits, whose case is undecided."""

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.systems.organising.models import JoiningDrive

STARTED = "organising.join_started"
POOLED = "organising.pool_joined"
SUBMITTED = "casework.case_submitted"


def entries(drive: JoiningDrive, kind: str, actor: Actor) -> QuerySet[Fact]:
    """The entries of the ledger a stage counts; they name nobody.

    With union_name, and the number and reference of the case where the actor may open it.
    """
    # Only a subject that is a case is looked for among the cases: keys of other tables are the same numbers.
    of_case = Case(When(subject_type="casework.casefile", then=F("subject_id")))
    seen = CaseFile.objects.at_desk(actor).filter(pk=OuterRef("of_case"))
    rows = Fact.objects.filter(drive_id=drive.pk, kind=kind).annotate(of_case=of_case)
    return rows.annotate(
        union_name=_union_name(),
        case_id=Subquery(seen.values("pk")),
        reference=Subquery(seen.values("reference")),
    )


def undecided(drive: JoiningDrive) -> QuerySet[CaseFile]:
    """The applications by a drive's code nobody has decided about."""
    return CaseFile.objects.filter(drive_id=drive.pk, state__in=RUNNING)


def undecided_seen(drive: JoiningDrive, actor: Actor) -> QuerySet[CaseFile]:
    """The same with union_name, and whether the actor may open each (is_seen): only then its title is hers to read."""
    mine = CaseFile.objects.at_desk(actor).filter(pk=OuterRef("pk"))
    return undecided(drive).annotate(union_name=_union_name(), is_seen=Exists(mine)).defer("data")


def pooled(drive: JoiningDrive, actor: Actor) -> QuerySet[Membership]:
    """Places kept in the pool for whoever came by a drive's code, in reach; ended ones are those who have left it."""
    people = Fact.objects.filter(drive_id=drive.pk, kind=POOLED).values("person_id")
    return Membership.objects.for_lists().filter(
        actor.within("members.view", "union_path"), person__in=people, source=drive.source
    )


def _union_name() -> Subquery:
    return Subquery(TradeUnion.objects.filter(path=OuterRef("path")).values("name")[:1])
