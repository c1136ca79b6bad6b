"""What the runner of tests of Go is made of."""
