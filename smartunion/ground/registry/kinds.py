"""Kinds of facts this room writes."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts.kinds import FactKind

MEMBER_JOINED = "registry.member_joined"
MEMBER_LEFT = "registry.member_left"
MEMBER_TRANSFERRED = "registry.member_transferred"
MEMBER_RETAINED = "registry.member_retained"
MEMBER_RESTORED = "registry.member_restored"
UNION_FOUNDED = "registry.union_founded"
UNION_CLOSED = "registry.union_closed"

FACT_KINDS = (
    FactKind(MEMBER_JOINED, _("Members joined"), _("people")),
    FactKind(MEMBER_LEFT, _("Members left"), _("people")),
    FactKind(MEMBER_TRANSFERRED, _("Members transferred in"), _("people")),
    FactKind(MEMBER_RETAINED, _("Memberships retained"), _("people")),
    FactKind(MEMBER_RESTORED, _("Memberships restored"), _("people")),
    FactKind(UNION_FOUNDED, _("Unions founded"), _("unions")),
    FactKind(UNION_CLOSED, _("Unions closed"), _("unions")),
)
