"""The desk's pages on the registry: each parses, calls one flow or query, answers."""
