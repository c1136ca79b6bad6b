-- Vectors of int8 instead of float16: chunks × dimensions, a byte a number. The rows before could be misread, and
-- are made again with the next index of a repository.

TRUNCATE blob_vectors;
