-- Vectors of int8 instead of float16: chunks × dimensions, a byte a number. The rows before could be misread. They
-- and their models are made again, learned ones first, so that questions do not wait for an endpoint's.

TRUNCATE blob_vectors;
DELETE FROM embedding_models;
