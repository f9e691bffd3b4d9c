"""What other rooms call: tell somebody something."""

from smartunion.ground.notices.flows.telling import tell
from smartunion.ground.notices.queries import unread_count
from smartunion.ground.notices.templates import Template, register

__all__ = ["Template", "register", "tell", "unread_count"]
