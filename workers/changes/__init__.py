"""What a diff does to a repository: definitions that changed, callers that no longer fit, patterns
that often break something."""
