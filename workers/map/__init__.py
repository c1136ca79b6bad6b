"""The map of a repository: its parts, how they hang together, where it begins, what tests reach."""
