"""The departments' files of the demo place, with the errors such files have, and the truth behind them."""

from smartunion.site.demo.extracts.make import Extracts, derive, pieces
from smartunion.site.demo.extracts.write import write

__all__ = ["Extracts", "derive", "pieces", "write"]
