"""Who acts: the person, her roles and her reach. Every flow and every read takes one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db.models import Q

from smartunion.core.errors import NotAllowed


@dataclass(frozen=True)
class Grant:
    """One role held at one node of the union tree.

    path: the node's materialised path ("" means everywhere); permissions: what the role may do there.
    """

    role: str
    union_id: int | None
    path: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """A signed-in person, a job or an outside system.

    user_id: None for jobs and strangers; person_id: the registry person behind the account, if known;
    area_ids: service areas an organiser holds today; source: "web", "api", "job", "cli".
    """

    user_id: int | None = None
    person_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    area_ids: tuple[int, ...] = ()
    source: str = "web"
    request_id: str = ""
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(grant.role for grant in self.grants))

    def acting_as(self, **values: Any) -> Self:
        """The same actor with other values. A request's actor is made when it is first asked: `replace` takes none of those."""
        return replace(self, **values)

    @property
    def is_known(self) -> bool:
        """Signed in, or a job acting for the installation."""
        return self.user_id is not None or self.source in {"job", "cli"}

    def can(self, permission: str, *, path: str | None = None) -> bool:
        """Whether some grant carries the permission (and covers `path`, when given)."""
        return any(
            permission in grant.permissions and (path is None or path.startswith(grant.path))
            for grant in self.grants
        )

    def check_can(self, permission: str, *, path: str | None = None) -> None:
        """Raise NotAllowed unless `can`."""
        if not self.can(permission, path=path):
            raise NotAllowed

    def paths(self, permission: str) -> tuple[str, ...]:
        """Roots of the subtrees in which the permission holds, widest only, sorted."""
        roots = sorted({grant.path for grant in self.grants if permission in grant.permissions})
        widest: list[str] = []
        for root in roots:
            if not widest or not root.startswith(widest[-1]):
                widest.append(root)
        return tuple(widest)

    def within(self, permission: str, field_name: str = "path") -> Q:
        """The one indexed predicate: rows whose path lies in a subtree where the permission holds."""
        return within(self.paths(permission), field_name)


def within(roots: Iterable[str], field_name: str = "path") -> Q:
    """Rows whose materialised path lies in one of the subtrees; nothing when there is none.

    A range, not `startswith`: SQLite scans on LIKE … ESCAPE, and both databases use the index on a range.
    """
    predicate = Q(pk__in=[])
    for root in roots:
        if root == "":
            return ~Q(pk__in=[])  # everything; an empty Q would vanish when somebody ORs it with another
        predicate |= Q(**{f"{field_name}__gte": root, f"{field_name}__lt": after(root)})
    return predicate


def after(path: str) -> str:
    """The first string behind every descendant of `path` ("1/a/" → "1/a0": "0" follows "/")."""
    return path[:-1] + "0"


STRANGER = Actor()


def system(name: str = "SmartUnion", source: str = "job") -> Actor:
    """The installation itself, for jobs and commands: may see and do everything, and is named in the audit."""
    return Actor(name=name, source=source, grants=(Grant("system", None, "", ALL),))


class _Everything(frozenset[str]):
    """A permission set that contains every name."""

    def __contains__(self, item: object) -> bool:
        return True


ALL = _Everything()
