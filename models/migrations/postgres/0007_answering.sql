-- How often a person put the reminder off, and what people add to an answer in
-- their own words, where a check-in asks for it.

ALTER TABLE round_members ADD COLUMN snoozes bigint NOT NULL DEFAULT 0;

CREATE TABLE answer_texts (
	team_id text NOT NULL,
	round_id text NOT NULL,
	user_id text NOT NULL,
	words text NOT NULL,
	in_thread boolean NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (team_id, round_id, user_id),
	FOREIGN KEY (team_id, round_id) REFERENCES rounds (team_id, id)
);
