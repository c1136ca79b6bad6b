"""Draft pull requests: what a person asked for, offered, kept in step with its base."""
