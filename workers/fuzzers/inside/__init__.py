"""What runs in the sandbox, beside the code that is fuzzed; it imports nothing of Ponder."""
