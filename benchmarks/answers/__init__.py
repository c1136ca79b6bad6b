"""How good answers without a model are, what is refused, and what a model is given to read."""
