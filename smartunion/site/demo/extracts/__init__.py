"""The departments' files of the demo place, with the errors such files have, and the truth behind them."""

from .make import Extracts, derive
from .write import write

__all__ = ["Extracts", "derive", "write"]
