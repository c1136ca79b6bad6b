"""What the profiler of Go is made of."""
