-- One bug may show itself to several Thoughts. What shows it again belongs to what stands for it, and is told there.

ALTER TABLE findings
    ADD COLUMN cause text NOT NULL DEFAULT '';    -- fingerprint of the finding with the same cause; '' stands for itself

CREATE INDEX findings_cause ON findings (repository_id, cause) WHERE cause <> '';
