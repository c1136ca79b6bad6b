"""Calls functions with plain values and writes down what came back. It runs in the sandbox."""
