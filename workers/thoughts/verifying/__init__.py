"""What `verify` says of one finding: whether it is so, and whether another one says it already."""
