-- What a step of int8 lacks, five bits a number: core/db/quantised.py. A scan does without; the nearest are
-- compared with it. '' stands for zeros, as the version before this one writes it.
-- Vectors and their models are made again, learned ones first, so that none stays less precise.

TRUNCATE blob_vectors;
DELETE FROM embedding_models;

ALTER TABLE blob_vectors ADD COLUMN fine bytea NOT NULL DEFAULT '';
ALTER TABLE blob_vectors ALTER COLUMN fine SET STORAGE EXTERNAL;

-- Room for that: symbols are read by the blob, all of them, and an index that keeps each blob once takes a quarter.
CREATE INDEX ON symbols (blob_id);
ALTER TABLE symbols DROP CONSTRAINT symbols_pkey;
