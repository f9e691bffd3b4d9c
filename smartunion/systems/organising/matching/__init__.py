"""Matching on files: pure steps, run on DuckDB or Spark, no database of ours. See docs/matching.md.

Front door: `run` compares a folder of tables and writes the lists; names alone are in `gallery`.
"""

from smartunion.systems.organising.matching.report import ListFile, MatchReport
from smartunion.systems.organising.matching.running import run

__all__ = ["ListFile", "MatchReport", "run"]
