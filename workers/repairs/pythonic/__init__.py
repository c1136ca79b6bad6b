"""Python's syntax, and edits of it."""
