"""Shapes of what the desk's pages send; meaning is checked by the flows."""
