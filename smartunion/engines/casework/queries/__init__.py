"""Reads for pages and other rooms; no writes."""
