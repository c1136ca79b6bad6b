"""Copied into the sandbox, beside the repository's code."""
