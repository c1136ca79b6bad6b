"""How well Ponder finds the place that a question is about, beside others on the same questions."""
