"""Mutual aid in plain Python: terms of plans, waiting by person and share, claims worked out line by line."""
