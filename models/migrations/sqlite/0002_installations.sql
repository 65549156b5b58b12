-- How Headway speaks in each workspace. A workspace without a row here, from
-- before this table, is served as long as its token is in the environment.

CREATE TABLE installations (
	team_id text NOT NULL,
	enterprise_id text NOT NULL,
	bot_user text NOT NULL,
	bot_id text NOT NULL,
	app_id text NOT NULL,
	token blob NOT NULL,
	from_env integer NOT NULL,
	scopes text NOT NULL,
	refresh_token blob NOT NULL,
	expires_at integer NOT NULL,
	state text NOT NULL,
	installed_at integer NOT NULL,
	removed_at integer NOT NULL,
	PRIMARY KEY (team_id),
	FOREIGN KEY (team_id) REFERENCES teams (team_id)
) STRICT;
CREATE INDEX installations_by_state ON installations (state);
