"""The registry over the API: unions, employers, members, posts, transfers; cut to the caller's reach, numbers masked."""

from ninja import Router

from smartunion.ground.registry.api.certificates import router as certificates
from smartunion.ground.registry.api.employers import router as employers
from smartunion.ground.registry.api.imports import router as imports
from smartunion.ground.registry.api.member_batches import router as member_batches
from smartunion.ground.registry.api.members import router as members
from smartunion.ground.registry.api.platforms import router as platforms
from smartunion.ground.registry.api.posts import router as posts
from smartunion.ground.registry.api.restructurings import of_employers, of_unions
from smartunion.ground.registry.api.restructurings import router as restructurings
from smartunion.ground.registry.api.transfers import router as transfers
from smartunion.ground.registry.api.unions import router as unions

router = Router(tags=["registry"])
router.add_router("/unions", unions)
router.add_router("/unions", of_unions)
router.add_router("/employers", of_employers)
router.add_router("/imports", imports)
router.add_router("/members/batches", member_batches)
router.add_router("/restructurings", restructurings)
router.add_router("/certificates", certificates)
router.add_router("/employers", employers)
router.add_router("/members", members)
router.add_router("/platforms", platforms)
router.add_router("/posts", posts)
router.add_router("/transfers", transfers)

__all__ = ["router"]
