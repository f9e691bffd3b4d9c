"""Reads for pages: clusters side by side, scores, repair lists, the correction queue."""
