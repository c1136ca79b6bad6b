"""What people make of what Ponder said on GitHub, heard cheaply and kept to learn from."""
