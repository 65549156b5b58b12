-- What Headway knows of its own right to ask Jira, of tokens that end, and of
-- the readers of a channel. Every connection that there is already gets its
-- daily look at once.

ALTER TABLE connections ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE connections ADD COLUMN viewers text NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN warned integer NOT NULL DEFAULT 0;

ALTER TABLE bindings ADD COLUMN checked_at integer NOT NULL DEFAULT 0;
ALTER TABLE bindings ADD COLUMN reason text NOT NULL DEFAULT '';
ALTER TABLE bindings ADD COLUMN external integer NOT NULL DEFAULT false;

ALTER TABLE account_links ADD COLUMN undone integer NOT NULL DEFAULT false;

INSERT INTO schedules (team_id, id, kind, subject_id, project_id, next_due, slot, state, version) SELECT team_id, 'watch-' || id, 'watch', id, '', 1, 'first', 'on', 1 FROM connections;
INSERT INTO schedules (team_id, id, kind, subject_id, project_id, next_due, slot, state, version) SELECT team_id, 'audience-' || id, 'audience', channel, project_id, 1, 'first', 'on', 1 FROM bindings;
