"""What of the registry, and of the floors that cannot know people, points at people, employers and unions."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.ground.registry.flows.merging.references import Clash, History, Reference
from smartunion.ground.registry.models import MergeKind

_PERSON, _EMPLOYER, _UNION = MergeKind.PERSON, MergeKind.EMPLOYER, MergeKind.UNION
_MEMBERSHIPS, _TRANSFERS = _("memberships"), _("transfers")

REFERENCES: tuple[Reference | History, ...] = (
    Reference("registry.Membership", "person", _PERSON, _MEMBERSHIPS),
    Reference("registry.Transfer", "person", _PERSON, _TRANSFERS),
    Reference("registry.Correction", "person", _PERSON, _("corrections")),
    Reference("registry.Consent", "person", _PERSON, _("consents")),
    Reference("registry.PlatformWork", "person", _PERSON, _("work for platforms"), Clash.DROP),
    Reference("registry.Officer", "person", _PERSON, _("posts")),
    Reference("facts.Fact", "person_id", _PERSON, _("facts")),
    Reference("facts.Fact", "subject_id", _PERSON, only=Q(subject_type="registry.person")),
    Reference("notices.Notice", "person_id", _PERSON, _("messages")),
    Reference("registry.Membership", "employer", _EMPLOYER, _MEMBERSHIPS),
    Reference("registry.Transfer", "to_employer", _EMPLOYER, _TRANSFERS),
    Reference("registry.ValueOrigin", "employer", _EMPLOYER, on_clash=Clash.DROP),
    Reference("registry.ValueOrigin", "person", _PERSON, on_clash=Clash.DROP),
    Reference("registry.PlatformWork", "platform", _EMPLOYER, _("platform workers"), Clash.DROP),
    Reference("registry.EmployerLink", "employer", _EMPLOYER, _("coverages"), Clash.DROP),
    Reference("facts.Fact", "subject_id", _EMPLOYER, only=Q(subject_type="registry.employer")),
    Reference("registry.Membership", "union", _UNION, _MEMBERSHIPS),
    Reference("registry.Transfer", "to_union", _UNION, _TRANSFERS),
    Reference("registry.Transfer", "held_by", _UNION),
    Reference("registry.TradeUnion", "parent", _UNION),
    Reference("registry.UnionFormerName", "union", _UNION, _("former names")),
    Reference("registry.EmployerLink", "union", _UNION, _("coverages"), Clash.DROP),
    Reference("registry.ImportBatch", "union", _UNION, _("imports")),
    Reference("registry.Term", "union", _UNION, _("terms of office"), Clash.DROP),
    Reference("registry.Restructuring", "employer", _EMPLOYER, _("mergers and splits")),
    Reference("registry.Restructuring", "into", _EMPLOYER),
    Reference("registry.Restructuring", "source", _UNION, _("mergers and splits")),
    Reference("registry.Restructuring", "target", _UNION, _("mergers and splits")),
    Reference("registry.Certificate", "union", _UNION, _("certificates")),
    Reference("registry.Certificate", "registrar", _UNION),
    Reference("registry.MembershipBatch", "union", _UNION),
    Reference("facts.Fact", "subject_id", _UNION, only=Q(subject_type="registry.tradeunion")),
    History("registry.UnionTally", "union", "Counts are carried as changes and folded before."),
    History("registry.UnionTallyDelta", "union", "Folded before."),
    History("registry.UnionDay", "union", "Counted anew every night."),
    History("registry.Merge", "survivor_id", "The merge itself."),
    History("registry.MergedRecord", "old_id", "The number a record had."),
    History(
        "registry.ImportRow",
        "target_id",
        "What the import made; its undo asks whether the record was merged.",
    ),
    History("core.AuditEvent", "subject_id", "Signed, never changed."),
    History(
        "core.AuditEvent", "owner_person_id", "Signed, never changed; her page asks for the old numbers too."
    ),
)
