"""How many seeded bugs Ponder finds by itself, how soon, and how often it is wrong."""
