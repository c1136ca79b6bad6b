"""Cards: what is known of a function or a file, in sentences that cite the lines that show them."""
