"""Changes: asking, teaching, forgetting."""
