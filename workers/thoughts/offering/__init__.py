"""What the Thought that offers tests is made of."""
