-- Several check-ins of a project, each with its template; what an open round was
-- asked under; the board's sprints; who opened a report, as a count; whether a
-- channel takes posts.

ALTER TABLE checkins ADD COLUMN template text NOT NULL DEFAULT 'daily';
ALTER TABLE checkins ADD COLUMN paused_until text NOT NULL DEFAULT '';
ALTER TABLE checkins ADD COLUMN proposed_at bigint NOT NULL DEFAULT 0;
ALTER TABLE checkins ADD COLUMN decided boolean NOT NULL DEFAULT false;

ALTER TABLE rounds ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE rounds ADD COLUMN template text NOT NULL DEFAULT 'daily';
ALTER TABLE rounds ADD COLUMN privacy text NOT NULL DEFAULT '';
ALTER TABLE rounds ADD COLUMN confidence boolean NOT NULL DEFAULT false;
ALTER TABLE rounds ADD COLUMN free_text boolean NOT NULL DEFAULT false;
ALTER TABLE rounds ADD COLUMN sprint_id bigint NOT NULL DEFAULT 0;
UPDATE rounds SET name = (SELECT c.name FROM checkins c WHERE c.team_id = rounds.team_id AND c.id = rounds.checkin_id);
UPDATE rounds SET privacy = (SELECT c.privacy FROM checkins c WHERE c.team_id = rounds.team_id AND c.id = rounds.checkin_id);
UPDATE rounds SET confidence = (SELECT c.confidence FROM checkins c WHERE c.team_id = rounds.team_id AND c.id = rounds.checkin_id);
UPDATE rounds SET free_text = (SELECT c.free_text FROM checkins c WHERE c.team_id = rounds.team_id AND c.id = rounds.checkin_id);

ALTER TABLE reports ADD COLUMN opens bigint NOT NULL DEFAULT 0;
ALTER TABLE bindings ADD COLUMN broken text NOT NULL DEFAULT '';

CREATE TABLE sprints (
	team_id text NOT NULL,
	project_id text NOT NULL,
	sprint_id bigint NOT NULL,
	board_id bigint NOT NULL,
	name text NOT NULL,
	state text NOT NULL,
	starts_at bigint NOT NULL,
	ends_at bigint NOT NULL,
	done_at bigint NOT NULL,
	seen_at bigint NOT NULL,
	PRIMARY KEY (team_id, project_id, sprint_id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
);
