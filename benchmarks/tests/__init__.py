"""Tests that Ponder offers: how many there are, and what becomes of them at each filter."""
