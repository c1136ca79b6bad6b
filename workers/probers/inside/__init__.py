"""What is written into a sandbox and runs there. Never imported by Ponder."""
