"""Bringing in lists of unions and members: staged, shown, applied in batches, undoable as a whole."""
