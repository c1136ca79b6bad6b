-- Vectors, packed: a row a blob and model instead of a row a chunk, and no index over them. Workers search
-- them in memory. embeddings and embedding_terms are written no longer, and stay so that the version before
-- this one works; their rows go with their models, which are built again.

CREATE TABLE blob_vectors (
    model_id        bigint NOT NULL REFERENCES embedding_models ON DELETE CASCADE,
    blob_id         bigint NOT NULL REFERENCES blobs ON DELETE CASCADE,
    installation_id bigint NOT NULL,
    vectors         bytea NOT NULL,               -- chunks × dimensions, float16, little-endian
    PRIMARY KEY (model_id, blob_id)
);
CREATE INDEX ON blob_vectors (blob_id);
-- Compressing them would save nothing.
ALTER TABLE blob_vectors ALTER COLUMN vectors SET STORAGE EXTERNAL;

CREATE TABLE vocabularies (                       -- of a repository-trained model
    model_id        bigint PRIMARY KEY REFERENCES embedding_models ON DELETE CASCADE,
    installation_id bigint NOT NULL,
    terms           bytea NOT NULL,               -- uint32, in order
    rarity          bytea NOT NULL,               -- float32, of each term
    scales          bytea NOT NULL,               -- float32: what a step of the term's vector stands for
    vectors         bytea NOT NULL                -- terms × dimensions, int8
);
ALTER TABLE vocabularies ALTER COLUMN vectors SET STORAGE EXTERNAL;

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['blob_vectors', 'vocabularies'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (ponder_may_see(installation_id))', tenant_table);
    END LOOP;
END
$$;
