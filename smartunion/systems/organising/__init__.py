"""Organising: who is not covered, who goes to see them, and how they join."""

import os

# DuckDB's allocator reads this as its library is loaded. It keeps what a step has freed for half a minute, since the next
# step asks for as much again. Source: DuckDB's page on jemalloc.
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "dirty_decay_ms:30000,muzzy_decay_ms:30000")
