-- The first schema. Instants are UTC milliseconds, 0 for none; no column takes NULL.
-- Every key starts with team_id, so the database itself refuses a row that
-- points into another team.

CREATE TABLE teams (
	team_id text NOT NULL,
	name text NOT NULL,
	owner text NOT NULL,
	installed_at bigint NOT NULL,
	report_seq bigint NOT NULL,
	PRIMARY KEY (team_id)
);

CREATE TABLE connections (
	team_id text NOT NULL,
	id text NOT NULL,
	site text NOT NULL,
	cloud_id text NOT NULL,
	email text NOT NULL,
	token bytea NOT NULL,
	from_env boolean NOT NULL,
	account_id text NOT NULL,
	expires_on text NOT NULL,
	state text NOT NULL,
	checked_at bigint NOT NULL,
	PRIMARY KEY (team_id, id)
);

CREATE TABLE projects (
	team_id text NOT NULL,
	id text NOT NULL,
	connection_id text NOT NULL,
	jira_id bigint NOT NULL,
	key text NOT NULL,
	name text NOT NULL,
	board_id bigint NOT NULL,
	board_name text NOT NULL,
	sprints boolean NOT NULL,
	zone text NOT NULL,
	workdays bigint NOT NULL,
	country text NOT NULL,
	estimate_field text NOT NULL,
	sprint_field text NOT NULL,
	flag_field text NOT NULL,
	report_channel text NOT NULL,
	report_slot text NOT NULL,
	nudge_per_day bigint NOT NULL,
	nudge_per_week bigint NOT NULL,
	quiet_from bigint NOT NULL,
	quiet_to bigint NOT NULL,
	state text NOT NULL,
	step bigint NOT NULL,
	created_by text NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, connection_id, jira_id),
	FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id)
);

CREATE TABLE definitions (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	version bigint NOT NULL,
	rules text NOT NULL,
	by_user text NOT NULL,
	reason text NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, project_id, version),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);

CREATE TABLE bindings (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	channel text NOT NULL,
	is_default boolean NOT NULL,
	audience text NOT NULL,
	declared_by text NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, channel),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);

CREATE TABLE role_grants (
	team_id text NOT NULL,
	id text NOT NULL,
	user_id text NOT NULL,
	role text NOT NULL,
	project_id text NOT NULL,
	by_user text NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, user_id, role, project_id)
);

CREATE TABLE account_links (
	team_id text NOT NULL,
	id text NOT NULL,
	user_id text NOT NULL,
	connection_id text NOT NULL,
	account_id text NOT NULL,
	by_user text NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, connection_id, user_id),
	FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id)
);

CREATE TABLE absences (
	team_id text NOT NULL,
	id text NOT NULL,
	user_id text NOT NULL,
	from_date text NOT NULL,
	to_date text NOT NULL,
	PRIMARY KEY (team_id, id)
);
CREATE INDEX absences_by_user_id ON absences (team_id, user_id);

CREATE TABLE checkins (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	name text NOT NULL,
	days bigint NOT NULL,
	hour bigint NOT NULL,
	minute bigint NOT NULL,
	zone text NOT NULL,
	window_minutes bigint NOT NULL,
	privacy text NOT NULL,
	free_text boolean NOT NULL,
	confidence boolean NOT NULL,
	channel text NOT NULL,
	state text NOT NULL,
	PRIMARY KEY (team_id, id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);

CREATE TABLE participants (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	user_id text NOT NULL,
	zone text NOT NULL,
	observer boolean NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, project_id, user_id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);
CREATE INDEX participants_by_user_id ON participants (team_id, user_id);

CREATE TABLE reports (
	team_id text NOT NULL,
	id text NOT NULL,
	number bigint NOT NULL,
	key text NOT NULL,
	project_id text NOT NULL,
	kind text NOT NULL,
	week text NOT NULL,
	template bigint NOT NULL,
	input text NOT NULL,
	safe boolean NOT NULL,
	created_at bigint NOT NULL,
	created_by text NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, number),
	UNIQUE (team_id, key),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);

CREATE TABLE refreshes (
	team_id text NOT NULL,
	project_id text NOT NULL,
	read_up_to bigint NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	issues bigint NOT NULL,
	state text NOT NULL,
	problem text NOT NULL,
	full_read boolean NOT NULL,
	PRIMARY KEY (team_id, project_id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);

CREATE TABLE weeks (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	definition bigint NOT NULL,
	partial boolean NOT NULL,
	deployments bigint NOT NULL,
	deployments_rework bigint NOT NULL,
	deploy_days bigint NOT NULL,
	completed bigint NOT NULL,
	completed_ai bigint NOT NULL,
	started bigint NOT NULL,
	created bigint NOT NULL,
	failure_num bigint NOT NULL,
	failure_den bigint NOT NULL,
	incidents_opened bigint NOT NULL,
	incidents_resolved bigint NOT NULL,
	reopened bigint NOT NULL,
	reopened_ai bigint NOT NULL,
	wip_at_end bigint NOT NULL,
	excluded text NOT NULL,
	cycle_days text NOT NULL,
	done_by_day text NOT NULL,
	wip_by_day text NOT NULL,
	lead bytea NOT NULL,
	lead_ai bytea NOT NULL,
	cycle bytea NOT NULL,
	recovery bytea NOT NULL,
	review bytea NOT NULL,
	age_at_end bytea NOT NULL,
	PRIMARY KEY (team_id, project_id, week, definition),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);

CREATE TABLE week_classes (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	definition bigint NOT NULL,
	class text NOT NULL,
	bucket text NOT NULL,
	ai boolean NOT NULL,
	count bigint NOT NULL,
	lead bytea NOT NULL,
	PRIMARY KEY (team_id, project_id, week, definition, class, bucket, ai),
	FOREIGN KEY (team_id, project_id, week, definition) REFERENCES weeks (team_id, project_id, week, definition)
);

CREATE TABLE week_statuses (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	definition bigint NOT NULL,
	status text NOT NULL,
	visits bigint NOT NULL,
	time bytea NOT NULL,
	PRIMARY KEY (team_id, project_id, week, definition, status),
	FOREIGN KEY (team_id, project_id, week, definition) REFERENCES weeks (team_id, project_id, week, definition)
);

CREATE TABLE schedules (
	team_id text NOT NULL,
	id text NOT NULL,
	kind text NOT NULL,
	subject_id text NOT NULL,
	project_id text NOT NULL,
	next_due bigint NOT NULL,
	slot text NOT NULL,
	state text NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, kind, subject_id)
);
CREATE INDEX schedules_by_state_kind_next_due ON schedules (state, kind, next_due);

CREATE TABLE runs (
	team_id text NOT NULL,
	id text NOT NULL,
	schedule_id text NOT NULL,
	slot text NOT NULL,
	due bigint NOT NULL,
	started_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	state text NOT NULL,
	note text NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, schedule_id, slot),
	FOREIGN KEY (team_id, schedule_id) REFERENCES schedules (team_id, id)
);
CREATE INDEX runs_by_due ON runs (team_id, due);

CREATE TABLE rounds (
	team_id text NOT NULL,
	id text NOT NULL,
	checkin_id text NOT NULL,
	project_id text NOT NULL,
	date text NOT NULL,
	opened_at bigint NOT NULL,
	close_at bigint NOT NULL,
	closed_at bigint NOT NULL,
	state text NOT NULL,
	manual_run boolean NOT NULL,
	asked bigint NOT NULL,
	answered bigint NOT NULL,
	on_track bigint NOT NULL,
	at_risk bigint NOT NULL,
	blocked bigint NOT NULL,
	helped bigint NOT NULL,
	confidence_sum bigint NOT NULL,
	confidence_n bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, checkin_id, date),
	FOREIGN KEY (team_id, checkin_id) REFERENCES checkins (team_id, id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);
CREATE INDEX rounds_by_state_close_at ON rounds (state, close_at);
CREATE INDEX rounds_by_project_id_date ON rounds (team_id, project_id, date);

CREATE TABLE round_members (
	team_id text NOT NULL,
	round_id text NOT NULL,
	user_id text NOT NULL,
	ask_at bigint NOT NULL,
	remind_at bigint NOT NULL,
	close_at bigint NOT NULL,
	state text NOT NULL,
	reminded boolean NOT NULL,
	PRIMARY KEY (team_id, round_id, user_id),
	FOREIGN KEY (team_id, round_id) REFERENCES rounds (team_id, id)
);
CREATE INDEX round_members_by_state_ask_at ON round_members (state, ask_at);
CREATE INDEX round_members_by_user_id ON round_members (team_id, user_id);

CREATE TABLE answers (
	team_id text NOT NULL,
	round_id text NOT NULL,
	user_id text NOT NULL,
	version bigint NOT NULL,
	status text NOT NULL,
	confidence bigint NOT NULL,
	plan text NOT NULL,
	blocked_kind text NOT NULL,
	since text NOT NULL,
	blocked_key text NOT NULL,
	asked_for_help boolean NOT NULL,
	cleared boolean NOT NULL,
	at bigint NOT NULL,
	late boolean NOT NULL,
	PRIMARY KEY (team_id, round_id, user_id),
	FOREIGN KEY (team_id, round_id) REFERENCES rounds (team_id, id)
);

CREATE TABLE audit (
	team_id text NOT NULL,
	id text NOT NULL,
	at bigint NOT NULL,
	actor text NOT NULL,
	verb text NOT NULL,
	project_id text NOT NULL,
	subject text NOT NULL,
	detail text NOT NULL,
	PRIMARY KEY (team_id, id)
);
CREATE INDEX audit_by_project_id_at ON audit (team_id, project_id, at);

CREATE TABLE leases (
	team_id text NOT NULL,
	name text NOT NULL,
	token text NOT NULL,
	until bigint NOT NULL,
	PRIMARY KEY (team_id, name)
);

CREATE TABLE pace (
	team_id text NOT NULL,
	scope text NOT NULL,
	next_at bigint NOT NULL,
	blocked_until bigint NOT NULL,
	PRIMARY KEY (team_id, scope)
);

CREATE TABLE outbox (
	team_id text NOT NULL,
	id text NOT NULL,
	channel text NOT NULL,
	kind text NOT NULL,
	key text NOT NULL,
	msg_uuid text NOT NULL,
	method text NOT NULL,
	target_key text NOT NULL,
	payload bytea NOT NULL,
	state text NOT NULL,
	due_at bigint NOT NULL,
	attempts bigint NOT NULL,
	lease_tok text NOT NULL,
	lease_until bigint NOT NULL,
	sent_channel text NOT NULL,
	sent_ts text NOT NULL,
	last_error text NOT NULL,
	created_at bigint NOT NULL,
	sent_at bigint NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, key)
);
CREATE INDEX outbox_by_state_due_at ON outbox (state, due_at);
CREATE INDEX outbox_by_channel_state ON outbox (team_id, channel, state);
CREATE INDEX outbox_by_target_key ON outbox (team_id, target_key);

CREATE TABLE dedupe (
	team_id text NOT NULL,
	key text NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (team_id, key)
);
CREATE INDEX dedupe_by_created_at ON dedupe (created_at);
