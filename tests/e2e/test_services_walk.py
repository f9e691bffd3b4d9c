"""Every ready service from the form on the phone to the rating, with a supplement and a refusal, through the real pages."""

import pytest

from smartunion.engines.casework.definitions import shipped
from tests.e2e.walking import Town, Walk, walk_to_a_refusal, walk_to_the_end
from tests.e2e.walks import WALKS

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
#: Services with pages of their own, or settled by the register: each walked in a test of its own.
ELSEWHERE = {
    "test_story.py": {"join"},
    "test_own_pages_walk.py": {
        "new_phone",
        "hazard",
        "transfer",
        "membership_proof",
        "data_export",
        "wages_owed",
    },
}
#: Begun from a place that was drawn, or from a report that was published: walked with what they are about by the tests of
#: that room.
OF_THEIR_ROOMS = {"degree_subsidy", "funds_question"}


def test_every_ready_service_is_walked() -> None:
    described = {walk.key for walks in WALKS for walk in walks}.union(*ELSEWHERE.values())

    assert described <= {one.key for one in shipped()}
    assert {one.key for one in shipped()} - described == OF_THEIR_ROOMS


@pytest.mark.walk
@pytest.mark.parametrize("walks", WALKS, ids=lambda walks: walks[0].key)
def test_a_service_is_supplemented_decided_and_refused(here: Town, walks: tuple[Walk, ...]) -> None:
    for walk in walks:
        if walk.prepare:
            walk.prepare(here)
        if walk.decided:
            walk_to_the_end(here, walk)
        if walk.refused_by or walk.negative:
            walk_to_a_refusal(here, walk)
