"""Which union may stand below which; pure."""

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.rules.text import labels
from smartunion.ground.registry.rules.words import GRASSROOTS, LEADING, LinkKind, UnionKind, UnionLevel

#: Kinds a union of each kind may have directly below it.
CHILD_KINDS: dict[UnionKind, frozenset[UnionKind]] = {
    UnionKind.FEDERATION: LEADING | {UnionKind.INDEPENDENT, UnionKind.JOINT},
    UnionKind.COMMITTEE_OFFICE: (LEADING - {UnionKind.FEDERATION}) | {UnionKind.INDEPENDENT, UnionKind.JOINT},
    UnionKind.INDUSTRY: (LEADING - {UnionKind.FEDERATION}) | {UnionKind.INDEPENDENT, UnionKind.JOINT},
    UnionKind.ASSOCIATION_AREA: frozenset(
        {UnionKind.ASSOCIATION_AREA, UnionKind.ASSOCIATION_INDUSTRY, UnionKind.INDEPENDENT, UnionKind.JOINT}
    ),
    UnionKind.ASSOCIATION_INDUSTRY: frozenset(
        {UnionKind.ASSOCIATION_INDUSTRY, UnionKind.INDEPENDENT, UnionKind.JOINT}
    ),
    # A group company's union leads those of its subsidiaries.
    UnionKind.INDEPENDENT: frozenset({UnionKind.INDEPENDENT, UnionKind.BRANCH, UnionKind.GROUP}),
    UnionKind.JOINT: frozenset({UnionKind.BRANCH, UnionKind.GROUP}),
    UnionKind.BRANCH: frozenset({UnionKind.BRANCH, UnionKind.GROUP}),
    UnionKind.GROUP: frozenset(),
}
#: Kinds that take members; the others only keep a holding pool and retained memberships.
ADMITTING = GRASSROOTS | {UnionKind.ASSOCIATION_AREA, UnionKind.ASSOCIATION_INDUSTRY}
#: How a union of each kind may cover employers.
LINK_KINDS: dict[UnionKind, frozenset[LinkKind]] = {
    UnionKind.INDEPENDENT: frozenset({LinkKind.OWN}),
    UnionKind.BRANCH: frozenset({LinkKind.OWN}),
    UnionKind.GROUP: frozenset({LinkKind.OWN}),
    UnionKind.JOINT: frozenset({LinkKind.JOINT}),
    UnionKind.ASSOCIATION_AREA: frozenset({LinkKind.JOINT}),
    UnionKind.ASSOCIATION_INDUSTRY: frozenset({LinkKind.JOINT}),
    # A trade's own union may cover the employers of the trade that have none.
    UnionKind.INDUSTRY: frozenset({LinkKind.JOINT}),
}

#: Kinds that cover employers jointly.
JOINT_KINDS = frozenset(kind for kind, ways in LINK_KINDS.items() if LinkKind.JOINT in ways)


def check_place_in_tree(
    kind: UnionKind, level: UnionLevel, parent_kind: UnionKind, parent_level: UnionLevel
) -> None:
    """Whether a union of this kind and level may stand directly below that parent.

    Raises InvalidInput naming parent, kind or level. Source: domain rules 5.2; Trade Union Law art. 11.
    """
    if kind not in CHILD_KINDS[parent_kind]:
        raise InvalidInput(
            _("“%(child)s” cannot stand directly below “%(parent)s”.")
            % {"child": kind.label, "parent": parent_kind.label},
            remedy=_("Choose another union above it, or another kind. Possible here: %(allowed)s.")
            % {"allowed": labels(CHILD_KINDS[parent_kind], UnionKind)},
            field="parent",
        )
    order = list(UnionLevel)
    if (kind in GRASSROOTS) != (level == UnionLevel.GRASSROOTS):
        raise InvalidInput(
            _("A union of the kind “%(kind)s” cannot have the level “%(level)s”.")
            % {"kind": kind.label, "level": level.label},
            remedy=_("Unions with members of their own are at grassroots level; leading unions are not."),
            field="level",
        )
    higher = order.index(level) < order.index(parent_level)
    same_federation = level == parent_level and kind == parent_kind == UnionKind.FEDERATION
    if higher or same_federation:
        raise InvalidInput(
            _("A union at the level “%(level)s” cannot stand below one at the level “%(above)s”.")
            % {"level": level.label, "above": parent_level.label},
            remedy=_("Choose the level below that of the union above it."),
            field="level",
        )
