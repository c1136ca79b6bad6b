"""Edits of languages with braces, by their syntax: what is the same for Go and JavaScript."""
