"""What the explorer of Python is made of."""
