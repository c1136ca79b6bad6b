"""The engine that thinks without end: how fast, how soon, how fair, and what a crash costs."""
