"""How often comparing outcomes before and after a commit sees a bug, and how often it is loud."""
