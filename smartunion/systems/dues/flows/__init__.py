"""Writes of the room: extracts read, standings counted, letters issued."""
