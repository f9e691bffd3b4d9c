"""Employers of ours whose code does not lead to the register, but whose union the matcher linked there."""

from collections import Counter
from pathlib import Path

import polars as pl

from smartunion.core.actor import within
from smartunion.ground.registry.models import EmployerLink
from smartunion.systems.organising.comparison.employers import Claim


def claims_of(path: str, out: Path) -> dict[str, Claim]:
    """entity_id → the employer that is this entity, for `sync_employers`.

    Only where nothing else is possible: an automatic link, of a union with one employer of its own that no register
    row has taken yet, to an entity that no other union is linked to.
    """
    links = out / "links.parquet"
    if not links.exists():
        return {}
    own: dict[int, list[tuple[int, str]]] = {}
    stated = EmployerLink.objects.filter(within([path], "union_path"), valid_to=None, kind="own").exclude(
        source__startswith="match:"
    )
    rows = stated.values_list("union_id", "employer_id", "employer__entity_id").iterator(chunk_size=20_000)
    for union_id, employer_id, entity_id in rows:
        own.setdefault(union_id, []).append((employer_id, entity_id))
    free = {union_id: found[0][0] for union_id, found in own.items() if len(found) == 1 and not found[0][1]}
    if not free:
        return {}
    found = pl.read_parquet(links, columns=["union_id", "entity_id", "rule", "confidence"])
    linked, taken = Counter(found["union_id"].to_list()), Counter(found["entity_id"].to_list())
    return {
        entity_id: Claim(free[int(union_id)], rule, float(confidence or 0))
        for union_id, entity_id, rule, confidence in found.iter_rows()
        if int(union_id) in free and linked[union_id] == taken[entity_id] == 1
    }
