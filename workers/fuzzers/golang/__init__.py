"""Go: what to fuzz, harnesses in its own language, and what came out."""
