"""Writing definitions: edits, their pictures, and what the designer's pages offer. No database."""
