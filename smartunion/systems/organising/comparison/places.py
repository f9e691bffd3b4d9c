"""From a register's district and address text to our region and the federation that looks after it."""

import hashlib
from dataclasses import dataclass

from smartunion.ground.registry.models import Region, TradeUnion

#: Rises when the same names would lead to other places.
_RULE = 2


@dataclass(frozen=True)
class Place:
    """Where an employer lies: region_id may be None; territory_path is the deepest federation's path, or ""."""

    region_id: int | None
    territory_path: str


class PlaceFinder:
    """Knows the regions of a subtree by name and the federations by territory; built once per run.

    Towns are looked for in the address inside the district that the register names, so that two towns of one name
    in different districts are not confused; a village only inside its town.
    """

    def __init__(self, root: Region | None) -> None:
        regions = Region.objects.order_by("depth", "id")
        if root is not None:
            regions = regions.filter(path__gte=root.path, path__lt=root.path[:-1] + "0")
        rows = list(regions.values_list("pk", "name", "code", "path", "level", "parent_id"))
        self._path = {pk: path for pk, _, _, path, _, _ in rows}
        self._children: dict[int | None, list[tuple[str, int]]] = {}
        self._by_name: dict[str, int] = {}
        for pk, name, code, _, level, parent_id in rows:
            self._children.setdefault(parent_id, []).extend((word, pk) for word in _words(name, level))
            if level in {"county", "city", "zone"}:
                self._by_name.setdefault(name, pk)
                self._by_name.setdefault(code, pk)
        for words in self._children.values():
            words.sort(key=lambda pair: -len(pair[0]))
        self._root_id = root.pk if root is not None else None
        self._federation = dict(
            TradeUnion.objects.leading()
            .filter(territory__isnull=False, state="active", kind="federation")
            .values_list("territory__path", "path")
        )
        self._told = repr((_RULE, rows, sorted(self._federation.items()), self._root_id))

    def digest(self) -> str:
        """Changes with anything that could make it find another place."""
        return hashlib.sha256(self._told.encode()).hexdigest()

    def find(self, district: str, address: str) -> Place:
        """The deepest place that district and address agree on."""
        region_id = self._by_name.get(district.strip()) or self._district_in(district) or self._root_id
        while region_id is not None:
            word, deeper = next(
                ((word, pk) for word, pk in self._children.get(region_id, []) if word in address), ("", None)
            )
            if deeper is None:
                break
            # A word is said once: 西店镇 alone does not name its village 西店村 as well.
            region_id, address = deeper, address.replace(word, " ", 1)
        return Place(region_id, self.federation_path(region_id))

    def federation_path(self, region_id: int | None) -> str:
        """Path of the federation nearest above the region; "" when none looks after it."""
        path = self._path.get(region_id or -1, "")
        while path:
            if path in self._federation:
                return self._federation[path]
            path = path[: path.rstrip("/").rfind("/") + 1]
        return ""

    def _district_in(self, district: str) -> int | None:
        return next((pk for name, pk in self._by_name.items() if len(name) > 1 and name in district), None)


def _words(name: str, level: str) -> list[str]:
    """How an address may write the place: its name, and for villages and communities the name without the suffix."""
    words = [name]
    for ending in ("街道办事处", "民委员会", "居委会", "村委会", "委员会"):
        if name.endswith(ending):
            words.append(name.removesuffix(ending))
    if level == "town" and name.endswith("街道"):
        words.append(name)
    return [word for word in words if len(word) >= 2]
