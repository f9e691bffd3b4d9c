"""Pure rules: how alike two records are, and what a complete record is."""
