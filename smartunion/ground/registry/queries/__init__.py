"""Reads for pages, exports and other rooms; no writes."""

from smartunion.ground.registry.queries.lookup import (
    employer_by_uscc,
    people_by_mobile,
    person_by_resident_id,
    union_for_employer,
)
from smartunion.ground.registry.queries.places import federation_for, region_by_code, regions_inside
from smartunion.ground.registry.queries.trees import (
    ancestors_of,
    counts,
    counts_of,
    tree_children,
    tree_roots,
    with_counts,
)

#: The name the other rooms know it by.
person_by_mobile = people_by_mobile

__all__ = [
    "ancestors_of",
    "counts",
    "counts_of",
    "employer_by_uscc",
    "federation_for",
    "people_by_mobile",
    "person_by_mobile",
    "person_by_resident_id",
    "region_by_code",
    "regions_inside",
    "tree_children",
    "tree_roots",
    "union_for_employer",
    "with_counts",
]
