"""Risk: which files and definitions are likely to need mending next, and why."""
