-- How Headway speaks in each workspace. A workspace without a row here, from
-- before this table, is served as long as its token is in the environment.

CREATE TABLE installations (
	team_id text NOT NULL,
	enterprise_id text NOT NULL,
	bot_user text NOT NULL,
	bot_id text NOT NULL,
	app_id text NOT NULL,
	token bytea NOT NULL,
	from_env boolean NOT NULL,
	scopes text NOT NULL,
	refresh_token bytea NOT NULL,
	expires_at bigint NOT NULL,
	state text NOT NULL,
	installed_at bigint NOT NULL,
	removed_at bigint NOT NULL,
	PRIMARY KEY (team_id),
	FOREIGN KEY (team_id) REFERENCES teams (team_id)
);
CREATE INDEX installations_by_state ON installations (state);
