"""A few months of union work in the demo place, consistent with its world, relative to a given day."""

from smartunion.site.demo.history.events import Drive, FirmVisit, Founding, History, Matter, ServiceVisit
from smartunion.site.demo.history.tell import tell
from smartunion.site.demo.history.write import write_history

__all__ = ["Drive", "FirmVisit", "Founding", "History", "Matter", "ServiceVisit", "tell", "write_history"]
