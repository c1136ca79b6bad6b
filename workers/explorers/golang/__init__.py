"""What the explorer of Go is made of."""
