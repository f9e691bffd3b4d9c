"""Encryption at rest, blind index, masking."""
