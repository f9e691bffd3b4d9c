"""Reads for pages, exports and other rooms; no writes."""

from smartunion.ground.registry.queries.certificates import (
    certificates_to_see_to,
    legal_certificate_of,
    legal_person_is,
    registrar_of,
)
from smartunion.ground.registry.queries.history import (
    ending_terms,
    head_gone,
    links_on,
    looks_at,
    member_since,
    members_on,
    serving_in,
    spells_of,
    terms_of,
    unions_on,
    with_vacancies,
)
from smartunion.ground.registry.queries.lookup import (
    employer_begins,
    employer_by_uscc,
    known_among,
    people_by_mobile,
    person_by_resident_id,
    union_for_employer,
)
from smartunion.ground.registry.queries.namesakes import employers_meant, employers_meant_by, told_apart
from smartunion.ground.registry.queries.places import federation_for, region_by_code, regions_inside
from smartunion.ground.registry.queries.platforms import (
    platform_people,
    platform_work_of,
    platforms,
    with_several_platforms,
)
from smartunion.ground.registry.queries.reach import employers_in_reach
from smartunion.ground.registry.queries.search import Results, find_employers, find_unions, search
from smartunion.ground.registry.queries.trees import (
    ancestors_of,
    counts,
    counts_by_key,
    counts_of,
    tree_children,
    tree_roots,
    with_counts,
)

#: The name the other rooms know it by.
person_by_mobile = people_by_mobile

__all__ = [
    "Results",
    "ancestors_of",
    "certificates_to_see_to",
    "counts",
    "counts_by_key",
    "counts_of",
    "employer_begins",
    "employer_by_uscc",
    "employers_in_reach",
    "employers_meant",
    "employers_meant_by",
    "ending_terms",
    "federation_for",
    "find_employers",
    "find_unions",
    "head_gone",
    "known_among",
    "legal_certificate_of",
    "legal_person_is",
    "links_on",
    "looks_at",
    "member_since",
    "members_on",
    "people_by_mobile",
    "person_by_mobile",
    "person_by_resident_id",
    "platform_people",
    "platform_work_of",
    "platforms",
    "region_by_code",
    "regions_inside",
    "registrar_of",
    "search",
    "serving_in",
    "spells_of",
    "terms_of",
    "told_apart",
    "tree_children",
    "tree_roots",
    "union_for_employer",
    "unions_on",
    "with_counts",
    "with_several_platforms",
    "with_vacancies",
]
