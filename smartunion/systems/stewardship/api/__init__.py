"""Stewardship over the API: likely duplicates, merges, scores, corrections; cut to the caller's reach, numbers masked."""

from ninja import Router

from smartunion.systems.stewardship.api.corrections import router as corrections
from smartunion.systems.stewardship.api.duplicates import router as duplicates

router = Router(tags=["stewardship"])
router.add_router("", duplicates)
router.add_router("/corrections", corrections)

__all__ = ["router"]
