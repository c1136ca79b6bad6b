"""What the runner of Python's tests is made of."""
