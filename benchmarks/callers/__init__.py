"""Callers that changes leave behind, replayed from the histories of repositories."""
