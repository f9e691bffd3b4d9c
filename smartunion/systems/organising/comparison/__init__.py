"""From the registry and the departments' snapshots to findings: export, match, load."""
