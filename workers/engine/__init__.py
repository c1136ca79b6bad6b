"""The engine: claims the best Thought that budgets allow, runs it, and settles what came of it."""
