-- The first schema. Instants are UTC milliseconds, 0 for none; no column takes NULL.
-- Every key starts with team_id, so the database itself refuses a row that
-- points into another team.

CREATE TABLE teams (
	team_id text NOT NULL,
	name text NOT NULL,
	owner text NOT NULL,
	installed_at integer NOT NULL,
	report_seq integer NOT NULL,
	PRIMARY KEY (team_id)
) STRICT;

CREATE TABLE connections (
	team_id text NOT NULL,
	id text NOT NULL,
	site text NOT NULL,
	cloud_id text NOT NULL,
	email text NOT NULL,
	token blob NOT NULL,
	from_env integer NOT NULL,
	account_id text NOT NULL,
	expires_on text NOT NULL,
	state text NOT NULL,
	checked_at integer NOT NULL,
	PRIMARY KEY (team_id, id)
) STRICT;

CREATE TABLE projects (
	team_id text NOT NULL,
	id text NOT NULL,
	connection_id text NOT NULL,
	jira_id integer NOT NULL,
	key text NOT NULL,
	name text NOT NULL,
	board_id integer NOT NULL,
	board_name text NOT NULL,
	sprints integer NOT NULL,
	zone text NOT NULL,
	workdays integer NOT NULL,
	country text NOT NULL,
	estimate_field text NOT NULL,
	sprint_field text NOT NULL,
	flag_field text NOT NULL,
	report_channel text NOT NULL,
	report_slot text NOT NULL,
	nudge_per_day integer NOT NULL,
	nudge_per_week integer NOT NULL,
	quiet_from integer NOT NULL,
	quiet_to integer NOT NULL,
	state text NOT NULL,
	step integer NOT NULL,
	created_by text NOT NULL,
	created_at integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, connection_id, jira_id),
	FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id)
) STRICT;

CREATE TABLE definitions (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	version integer NOT NULL,
	rules text NOT NULL,
	by_user text NOT NULL,
	reason text NOT NULL,
	at integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, project_id, version),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;

CREATE TABLE bindings (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	channel text NOT NULL,
	is_default integer NOT NULL,
	audience text NOT NULL,
	declared_by text NOT NULL,
	at integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, channel),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;

CREATE TABLE role_grants (
	team_id text NOT NULL,
	id text NOT NULL,
	user_id text NOT NULL,
	role text NOT NULL,
	project_id text NOT NULL,
	by_user text NOT NULL,
	at integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, user_id, role, project_id)
) STRICT;

CREATE TABLE account_links (
	team_id text NOT NULL,
	id text NOT NULL,
	user_id text NOT NULL,
	connection_id text NOT NULL,
	account_id text NOT NULL,
	by_user text NOT NULL,
	at integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, connection_id, user_id),
	FOREIGN KEY (team_id, connection_id) REFERENCES connections (team_id, id)
) STRICT;

CREATE TABLE absences (
	team_id text NOT NULL,
	id text NOT NULL,
	user_id text NOT NULL,
	from_date text NOT NULL,
	to_date text NOT NULL,
	PRIMARY KEY (team_id, id)
) STRICT;
CREATE INDEX absences_by_user_id ON absences (team_id, user_id);

CREATE TABLE checkins (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	name text NOT NULL,
	days integer NOT NULL,
	hour integer NOT NULL,
	minute integer NOT NULL,
	zone text NOT NULL,
	window_minutes integer NOT NULL,
	privacy text NOT NULL,
	free_text integer NOT NULL,
	confidence integer NOT NULL,
	channel text NOT NULL,
	state text NOT NULL,
	PRIMARY KEY (team_id, id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;

CREATE TABLE participants (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	user_id text NOT NULL,
	zone text NOT NULL,
	observer integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, project_id, user_id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;
CREATE INDEX participants_by_user_id ON participants (team_id, user_id);

CREATE TABLE reports (
	team_id text NOT NULL,
	id text NOT NULL,
	number integer NOT NULL,
	key text NOT NULL,
	project_id text NOT NULL,
	kind text NOT NULL,
	week text NOT NULL,
	template integer NOT NULL,
	input text NOT NULL,
	safe integer NOT NULL,
	created_at integer NOT NULL,
	created_by text NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, number),
	UNIQUE (team_id, key),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;

CREATE TABLE refreshes (
	team_id text NOT NULL,
	project_id text NOT NULL,
	read_up_to integer NOT NULL,
	started_at integer NOT NULL,
	ended_at integer NOT NULL,
	issues integer NOT NULL,
	state text NOT NULL,
	problem text NOT NULL,
	full_read integer NOT NULL,
	PRIMARY KEY (team_id, project_id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;

CREATE TABLE weeks (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	definition integer NOT NULL,
	partial integer NOT NULL,
	deployments integer NOT NULL,
	deployments_rework integer NOT NULL,
	deploy_days integer NOT NULL,
	completed integer NOT NULL,
	completed_ai integer NOT NULL,
	started integer NOT NULL,
	created integer NOT NULL,
	failure_num integer NOT NULL,
	failure_den integer NOT NULL,
	incidents_opened integer NOT NULL,
	incidents_resolved integer NOT NULL,
	reopened integer NOT NULL,
	reopened_ai integer NOT NULL,
	wip_at_end integer NOT NULL,
	excluded text NOT NULL,
	cycle_days text NOT NULL,
	done_by_day text NOT NULL,
	wip_by_day text NOT NULL,
	lead blob NOT NULL,
	lead_ai blob NOT NULL,
	cycle blob NOT NULL,
	recovery blob NOT NULL,
	review blob NOT NULL,
	age_at_end blob NOT NULL,
	PRIMARY KEY (team_id, project_id, week, definition),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;

CREATE TABLE week_classes (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	definition integer NOT NULL,
	class text NOT NULL,
	bucket text NOT NULL,
	ai integer NOT NULL,
	count integer NOT NULL,
	lead blob NOT NULL,
	PRIMARY KEY (team_id, project_id, week, definition, class, bucket, ai),
	FOREIGN KEY (team_id, project_id, week, definition) REFERENCES weeks (team_id, project_id, week, definition)
) STRICT;

CREATE TABLE week_statuses (
	team_id text NOT NULL,
	project_id text NOT NULL,
	week text NOT NULL,
	definition integer NOT NULL,
	status text NOT NULL,
	visits integer NOT NULL,
	time blob NOT NULL,
	PRIMARY KEY (team_id, project_id, week, definition, status),
	FOREIGN KEY (team_id, project_id, week, definition) REFERENCES weeks (team_id, project_id, week, definition)
) STRICT;

CREATE TABLE schedules (
	team_id text NOT NULL,
	id text NOT NULL,
	kind text NOT NULL,
	subject_id text NOT NULL,
	project_id text NOT NULL,
	next_due integer NOT NULL,
	slot text NOT NULL,
	state text NOT NULL,
	version integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, kind, subject_id)
) STRICT;
CREATE INDEX schedules_by_state_kind_next_due ON schedules (state, kind, next_due);

CREATE TABLE runs (
	team_id text NOT NULL,
	id text NOT NULL,
	schedule_id text NOT NULL,
	slot text NOT NULL,
	due integer NOT NULL,
	started_at integer NOT NULL,
	ended_at integer NOT NULL,
	state text NOT NULL,
	note text NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, schedule_id, slot),
	FOREIGN KEY (team_id, schedule_id) REFERENCES schedules (team_id, id)
) STRICT;
CREATE INDEX runs_by_due ON runs (team_id, due);

CREATE TABLE rounds (
	team_id text NOT NULL,
	id text NOT NULL,
	checkin_id text NOT NULL,
	project_id text NOT NULL,
	date text NOT NULL,
	opened_at integer NOT NULL,
	close_at integer NOT NULL,
	closed_at integer NOT NULL,
	state text NOT NULL,
	manual_run integer NOT NULL,
	asked integer NOT NULL,
	answered integer NOT NULL,
	on_track integer NOT NULL,
	at_risk integer NOT NULL,
	blocked integer NOT NULL,
	helped integer NOT NULL,
	confidence_sum integer NOT NULL,
	confidence_n integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, checkin_id, date),
	FOREIGN KEY (team_id, checkin_id) REFERENCES checkins (team_id, id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;
CREATE INDEX rounds_by_state_close_at ON rounds (state, close_at);
CREATE INDEX rounds_by_project_id_date ON rounds (team_id, project_id, date);

CREATE TABLE round_members (
	team_id text NOT NULL,
	round_id text NOT NULL,
	user_id text NOT NULL,
	ask_at integer NOT NULL,
	remind_at integer NOT NULL,
	close_at integer NOT NULL,
	state text NOT NULL,
	reminded integer NOT NULL,
	PRIMARY KEY (team_id, round_id, user_id),
	FOREIGN KEY (team_id, round_id) REFERENCES rounds (team_id, id)
) STRICT;
CREATE INDEX round_members_by_state_ask_at ON round_members (state, ask_at);
CREATE INDEX round_members_by_user_id ON round_members (team_id, user_id);

CREATE TABLE answers (
	team_id text NOT NULL,
	round_id text NOT NULL,
	user_id text NOT NULL,
	version integer NOT NULL,
	status text NOT NULL,
	confidence integer NOT NULL,
	plan text NOT NULL,
	blocked_kind text NOT NULL,
	since text NOT NULL,
	blocked_key text NOT NULL,
	asked_for_help integer NOT NULL,
	cleared integer NOT NULL,
	at integer NOT NULL,
	late integer NOT NULL,
	PRIMARY KEY (team_id, round_id, user_id),
	FOREIGN KEY (team_id, round_id) REFERENCES rounds (team_id, id)
) STRICT;

CREATE TABLE audit (
	team_id text NOT NULL,
	id text NOT NULL,
	at integer NOT NULL,
	actor text NOT NULL,
	verb text NOT NULL,
	project_id text NOT NULL,
	subject text NOT NULL,
	detail text NOT NULL,
	PRIMARY KEY (team_id, id)
) STRICT;
CREATE INDEX audit_by_project_id_at ON audit (team_id, project_id, at);

CREATE TABLE leases (
	team_id text NOT NULL,
	name text NOT NULL,
	token text NOT NULL,
	until integer NOT NULL,
	PRIMARY KEY (team_id, name)
) STRICT;

CREATE TABLE pace (
	team_id text NOT NULL,
	scope text NOT NULL,
	next_at integer NOT NULL,
	blocked_until integer NOT NULL,
	PRIMARY KEY (team_id, scope)
) STRICT;

CREATE TABLE outbox (
	team_id text NOT NULL,
	id text NOT NULL,
	channel text NOT NULL,
	kind text NOT NULL,
	key text NOT NULL,
	msg_uuid text NOT NULL,
	method text NOT NULL,
	target_key text NOT NULL,
	payload blob NOT NULL,
	state text NOT NULL,
	due_at integer NOT NULL,
	attempts integer NOT NULL,
	lease_tok text NOT NULL,
	lease_until integer NOT NULL,
	sent_channel text NOT NULL,
	sent_ts text NOT NULL,
	last_error text NOT NULL,
	created_at integer NOT NULL,
	sent_at integer NOT NULL,
	PRIMARY KEY (team_id, id),
	UNIQUE (team_id, key)
) STRICT;
CREATE INDEX outbox_by_state_due_at ON outbox (state, due_at);
CREATE INDEX outbox_by_channel_state ON outbox (team_id, channel, state);
CREATE INDEX outbox_by_target_key ON outbox (team_id, target_key);

CREATE TABLE dedupe (
	team_id text NOT NULL,
	key text NOT NULL,
	created_at integer NOT NULL,
	PRIMARY KEY (team_id, key)
) STRICT;
CREATE INDEX dedupe_by_created_at ON dedupe (created_at);
