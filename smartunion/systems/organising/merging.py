"""What of organising points at employers and unions when two records of one are made one."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.registry.models import MergeKind
from smartunion.ground.registry.service import merging

_Reference, _Clash = merging.Reference, merging.Clash
_FINDINGS, _VISITS, _LINKS, _DRIVES = (
    _("findings"),
    _("visits"),
    _("links of comparisons"),
    _("joining codes"),
)

REFERENCES: tuple[merging.Reference | merging.History, ...] = (
    _Reference("organising.Finding", "employer", MergeKind.EMPLOYER, _FINDINGS),
    _Reference("organising.Finding", "union", MergeKind.UNION, _FINDINGS),
    _Reference("organising.Visit", "employer", MergeKind.EMPLOYER, _VISITS),
    _Reference("organising.Visit", "related_employer", MergeKind.EMPLOYER),
    _Reference("organising.Visit", "union", MergeKind.UNION, _VISITS),
    _Reference("organising.Visit", "related_union", MergeKind.UNION),
    _Reference("organising.MatchLink", "employer", MergeKind.EMPLOYER, _LINKS, _Clash.DROP),
    _Reference("organising.MatchLink", "union", MergeKind.UNION, _LINKS, _Clash.DROP),
    _Reference("organising.JoiningDrive", "employer", MergeKind.EMPLOYER, _DRIVES),
    _Reference("organising.JoiningDrive", "union", MergeKind.UNION, _DRIVES),
    _Reference("organising.Area", "union", MergeKind.UNION, _("areas")),
    _Reference("organising.VisitQuestion", "union", MergeKind.UNION),
    _Reference("organising.AreaUnion", "union", MergeKind.UNION, on_clash=_Clash.DROP),
    _Reference("organising.FoundingInvitation", "employer", MergeKind.EMPLOYER),
    _Reference("organising.JoinLink", "employer", MergeKind.EMPLOYER),
    _Reference("organising.AreaPlan", "union", MergeKind.UNION, _("areas")),
    _Reference("organising.VerdictBatch", "related_employer", MergeKind.EMPLOYER),
    _Reference("organising.VerdictBatch", "related_union", MergeKind.UNION),
    _Reference("organising.VisitPromise", "union", MergeKind.UNION, _VISITS),
    _Reference("organising.MatchRun", "union", MergeKind.UNION),
    _Reference("organising.LinkLabel", "employer", MergeKind.EMPLOYER, _LINKS),
    _Reference("organising.LinkLabel", "other_employer", MergeKind.EMPLOYER),
    _Reference("organising.LinkLabel", "union", MergeKind.UNION, _LINKS),
    _Reference("organising.Congress", "federation", MergeKind.UNION, _("congresses")),
    _Reference("organising.Congress", "union", MergeKind.UNION, _("congresses")),
    _Reference("organising.CongressUnion", "union", MergeKind.UNION, on_clash=_Clash.DROP),
    _Reference("organising.ApprovalLetter", "federation", MergeKind.UNION, _("letters"), _Clash.DROP),
    _Reference("organising.ApprovalLetter", "union", MergeKind.UNION, _("letters")),
    _Reference("organising.JoinerCheck", "person", MergeKind.PERSON, _("checks of drivers"), _Clash.DROP),
    _Reference("organising.JoinerCheck", "union", MergeKind.UNION),
    _Reference("organising.RegisteredDriver", "person", MergeKind.PERSON),
    _Reference("organising.EmployerMark", "employer", MergeKind.EMPLOYER),
    _Reference("organising.Driver", "person", MergeKind.PERSON),
    _Reference("organising.DriveEvent", "union", MergeKind.UNION),
    _Reference("organising.DriveGuest", "person", MergeKind.PERSON, on_clash=_Clash.DROP),
    _Reference("organising.Target", "union", MergeKind.UNION, _("targets"), _Clash.DROP),
    merging.History(
        "organising.Finding",
        "subject_key",
        "Names the record that was compared; the next comparison closes it by itself.",
    ),
)
