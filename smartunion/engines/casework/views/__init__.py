"""Pages: portal, desk, and status without signing in."""
