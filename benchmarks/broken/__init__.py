"""What a review says of tests that a change breaks, and of changes that break none."""
