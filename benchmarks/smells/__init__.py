"""What a first look at a large repository costs, beside the same analysers run from a shell."""
