CREATE TABLE homes (
	team_id text NOT NULL,
	user_id text NOT NULL,
	opened_at integer NOT NULL,
	changes integer NOT NULL,
	shown integer NOT NULL,
	PRIMARY KEY (team_id, user_id)
) STRICT;
