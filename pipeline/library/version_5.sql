-- From version 4 to 5: names over the library, listed names, questions, meanings, roles, highlights;
-- sums of money and percentages are words of their own in the search index.
-- As schema.sql had these tables then; what it made of them since is another step.

ALTER TABLE entity ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE entity ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE entity ADD COLUMN value TEXT NOT NULL DEFAULT '';
ALTER TABLE keyphrase ADD COLUMN lemma TEXT NOT NULL DEFAULT '';
ALTER TABLE talk ADD COLUMN role TEXT;
ALTER TABLE talk ADD COLUMN guessed INTEGER NOT NULL DEFAULT 1;

CREATE INDEX entity_of_name ON entity (folded, label, recording_id, turn);
CREATE INDEX entity_as_written ON entity (
    replace(replace(text, ' ', ''), '-', '') COLLATE NOCASE, folded
);
CREATE INDEX keyphrase_of_lemma ON keyphrase (lemma, rank);
CREATE INDEX recording_of_date ON recording (recorded_at, id);
CREATE INDEX recording_of_project ON recording (project, recorded_at, id);
CREATE INDEX tag_of_name ON tag (name, recording_id);
CREATE INDEX talk_of_speaker ON talk (speaker, recording_id);

-- What a person said of a name: that it means another, or only itself. No run writes over it.
CREATE TABLE naming (
    number       INTEGER PRIMARY KEY,            -- from 1, in the order in which it was said
    folded       TEXT NOT NULL,                  -- the name, as names are compared
    meant        TEXT NOT NULL,                  -- the name that it means, in full; its own: itself
    made_at      TEXT NOT NULL                   -- UTC, ISO 8601
) STRICT;

-- A name that was listed for a recording, or is looked for in it: what it is called in full.
CREATE TABLE vocabulary (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, in the order of the list
    term         TEXT NOT NULL,
    PRIMARY KEY (recording_id, position)
) STRICT;

-- What asks something, and what is said then, up to the next question.
CREATE TABLE question (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, in the order of the text
    turn         INTEGER NOT NULL,               -- turn.position
    start_char   INTEGER NOT NULL,               -- characters of the turn's text
    end_char     INTEGER NOT NULL,
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    open         INTEGER NOT NULL,               -- 1: more than yes, no or a choice would answer it
    answer_first INTEGER,                        -- turn.position; null: nobody answers
    answer_last  INTEGER,                        -- turn.position
    answer_start REAL,                           -- seconds
    answer_end   REAL,                           -- seconds
    PRIMARY KEY (recording_id, position)
) STRICT;

-- What the passages of a recording mean: one row, as the codes of all are read for a query. They come
-- first: of a long row only what stands before is read.
CREATE TABLE meaning (
    recording_id TEXT PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
    digest       TEXT NOT NULL,                  -- sha256 of the model's weights
    codes        BLOB NOT NULL,                  -- a bit for the sign of each number of a vector
    passages     TEXT NOT NULL                   -- JSON: [[turn, start_char, end_char]]
) STRICT;

-- The vectors of those passages, ten to a row: few of them are read at a time, each from one page.
CREATE TABLE meaning_vectors (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0: that of the first passage by ten
    vectors      BLOB NOT NULL,                  -- int8: 127 at the largest number of a vector
    PRIMARY KEY (recording_id, position)
) STRICT;

-- A number of a recording's own, shorter than its id, and those of its turns.
CREATE TABLE recording_number (
    number       INTEGER PRIMARY KEY,
    recording_id TEXT NOT NULL UNIQUE REFERENCES recording (id) ON DELETE CASCADE,
    first        INTEGER,                        -- turn.id at position 0, if all follow in a row
    last         INTEGER                         -- turn.id at the last position, then
) STRICT;

-- What filters ask of a turn, again and narrow: a row of `turn` is long. Kept in step with `turn`,
-- `talk`, `question` and `entity`.
CREATE TABLE turn_trait (
    id           INTEGER PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE ON UPDATE CASCADE,
    recording    INTEGER NOT NULL,               -- recording_number.number
    position     INTEGER NOT NULL,               -- turn.position
    speaker      TEXT,                           -- turn.speaker
    role         TEXT,                           -- talk.role of that speaker
    asks         INTEGER NOT NULL,               -- 1: it has a question
    answers      INTEGER NOT NULL,               -- 1: it belongs to an answer
    labels       TEXT NOT NULL                   -- of the entities named in it, with commas between
) STRICT;

-- A passage that a person marked, anchored to its time: no run of a stage writes over it. Its words
-- are kept as they stood then; what is shown is what the transcript says there now.
CREATE TABLE highlight (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,               -- from 1, in the order in which they were made
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    text         TEXT NOT NULL,                  -- what stood there
    tags         TEXT NOT NULL,                  -- JSON: [name]
    note         TEXT NOT NULL,
    starred      INTEGER NOT NULL,               -- 1: it is
    made_at      TEXT NOT NULL,                  -- UTC, ISO 8601
    changed_at   TEXT NOT NULL,                  -- UTC, ISO 8601, to the microsecond
    PRIMARY KEY (recording_id, number)
) STRICT;

DROP TRIGGER turn_added;
DROP TRIGGER turn_removed;
DROP TRIGGER turn_changed;
DROP TABLE turn_text;

-- The words of turns, for searching; kept in step by the triggers below.
CREATE VIRTUAL TABLE turn_text USING fts5 (
    text,
    content = 'turn',
    content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2 tokenchars ''$%€£'''
);

CREATE TRIGGER turn_added AFTER INSERT ON turn BEGIN
    INSERT INTO turn_text (rowid, text) VALUES (new.id, new.text);
END;

CREATE TRIGGER turn_removed AFTER DELETE ON turn BEGIN
    INSERT INTO turn_text (turn_text, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TRIGGER turn_changed AFTER UPDATE OF text ON turn BEGIN
    INSERT INTO turn_text (turn_text, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO turn_text (rowid, text) VALUES (new.id, new.text);
END;

INSERT INTO turn_text (turn_text) VALUES ('rebuild');
