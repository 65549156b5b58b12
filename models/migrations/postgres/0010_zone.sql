-- Who had their data erased a moment ago, without a name, and the figures of
-- weeks as they were published first.

CREATE TABLE erasures (
	team_id text NOT NULL,
	mark text NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (team_id, mark)
);

CREATE TABLE answer_weeks (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	asked bigint NOT NULL,
	answered bigint NOT NULL,
	on_track bigint NOT NULL,
	at_risk bigint NOT NULL,
	blocked bigint NOT NULL,
	PRIMARY KEY (team_id, project_id, week),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);
