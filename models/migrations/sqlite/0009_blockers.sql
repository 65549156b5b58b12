-- A blocker has a life of its own: raised by an answer, carried, reminded of,
-- cleared. What the last answers left open becomes a row, as old as was said,
-- else as its row of blocked answers.

CREATE TABLE blockers (
	team_id text NOT NULL,
	id text NOT NULL,
	project_id text NOT NULL,
	checkin_id text NOT NULL,
	user_id text NOT NULL,
	issue_key text NOT NULL,
	kind text NOT NULL,
	since text NOT NULL,
	raised_in text NOT NULL,
	raised_on text NOT NULL,
	raised_at integer NOT NULL,
	said_on text NOT NULL,
	touched_at integer NOT NULL,
	remind_at integer NOT NULL,
	reminded_at integer NOT NULL,
	reminder text NOT NULL,
	help integer NOT NULL,
	cleared_at integer NOT NULL,
	cleared_by text NOT NULL,
	cleared_in text NOT NULL,
	PRIMARY KEY (team_id, id),
	FOREIGN KEY (team_id, checkin_id) REFERENCES checkins (team_id, id),
	FOREIGN KEY (team_id, project_id) REFERENCES projects (team_id, id)
) STRICT;
CREATE UNIQUE INDEX blockers_open ON blockers (team_id, checkin_id, user_id, issue_key) WHERE cleared_at = 0;
CREATE INDEX blockers_by_user_id ON blockers (team_id, user_id);
CREATE INDEX blockers_by_project_id ON blockers (team_id, project_id);
CREATE INDEX blockers_by_remind_at ON blockers (remind_at) WHERE cleared_at = 0;

INSERT INTO blockers
SELECT a.team_id, 'from-' || a.round_id || '-' || a.user_id, r.project_id, r.checkin_id, a.user_id, a.blocked_key, a.blocked_kind,
CASE WHEN a.since <> '' THEN a.since ELSE
(SELECT MIN(s.date) FROM answers b JOIN rounds s ON s.team_id = b.team_id AND s.id = b.round_id WHERE b.team_id = a.team_id AND b.user_id = a.user_id AND s.checkin_id = r.checkin_id AND s.date > COALESCE(
(SELECT MAX(u.date) FROM answers c JOIN rounds u ON u.team_id = c.team_id AND u.id = c.round_id WHERE c.team_id = a.team_id AND c.user_id = a.user_id AND u.checkin_id = r.checkin_id AND (c.status <> 'blocked' OR c.cleared)), '')) END,
a.round_id, r.date, a.at, r.date, a.at, a.at + 345600000, 0, '', false, 0, '', ''
FROM answers a JOIN rounds r ON r.team_id = a.team_id AND r.id = a.round_id
WHERE a.status = 'blocked' AND NOT a.cleared
AND NOT EXISTS (SELECT 1 FROM answers b JOIN rounds s ON s.team_id = b.team_id AND s.id = b.round_id WHERE b.team_id = a.team_id AND b.user_id = a.user_id AND s.checkin_id = r.checkin_id AND s.date > r.date)
AND EXISTS (SELECT 1 FROM participants p WHERE p.team_id = a.team_id AND p.project_id = r.project_id AND p.user_id = a.user_id AND NOT p.observer);

ALTER TABLE answers DROP COLUMN cleared;
