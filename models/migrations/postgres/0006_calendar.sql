ALTER TABLE projects ADD COLUMN days_off text NOT NULL DEFAULT '';

CREATE TABLE part_time (
	team_id text NOT NULL,
	user_id text NOT NULL,
	days bigint NOT NULL,
	PRIMARY KEY (team_id, user_id)
);
