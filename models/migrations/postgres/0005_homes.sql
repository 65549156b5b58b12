CREATE TABLE homes (
	team_id text NOT NULL,
	user_id text NOT NULL,
	opened_at bigint NOT NULL,
	changes bigint NOT NULL,
	shown bigint NOT NULL,
	PRIMARY KEY (team_id, user_id)
);
