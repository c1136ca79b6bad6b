"""JavaScript and TypeScript: what to fuzz, what to feed it, and what came out."""
