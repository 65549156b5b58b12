-- What a refresh compares before it reads all over again, and who waits for a
-- reading.

ALTER TABLE refreshes ADD COLUMN definition bigint NOT NULL DEFAULT 0;
ALTER TABLE refreshes ADD COLUMN open_from text NOT NULL DEFAULT '';
ALTER TABLE refreshes ADD COLUMN basis text NOT NULL DEFAULT '';
ALTER TABLE refreshes ADD COLUMN counted bigint NOT NULL DEFAULT 0;
ALTER TABLE refreshes ADD COLUMN empty_since bigint NOT NULL DEFAULT 0;

CREATE TABLE readings (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	user_id text NOT NULL,
	full_read boolean NOT NULL,
	asked_at bigint NOT NULL,
	told text NOT NULL,
	PRIMARY KEY (team_id, id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);
CREATE INDEX readings_by_project_id ON readings (team_id, project_id, asked_at);
