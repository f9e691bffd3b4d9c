"""Filling a database with the demo place, by bulk paths, at one of three stages of its life."""
