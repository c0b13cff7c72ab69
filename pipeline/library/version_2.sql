-- From version 1 to 2: what nobody said, what was not made out, and passages heard anew.
-- As schema.sql had these tables then; what it made of them since is another step.

CREATE TABLE removed (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, by start
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    text         TEXT NOT NULL,
    reason       TEXT NOT NULL,                  -- in words, for people
    channel      INTEGER,                        -- null: all channels mixed
    PRIMARY KEY (recording_id, position)
) STRICT;

CREATE TABLE unheard (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, by start
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    channel      INTEGER,                        -- null: all channels mixed
    PRIMARY KEY (recording_id, position)
) STRICT;

CREATE TABLE revision (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,               -- from 1, in the order in which they were made
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    made         TEXT NOT NULL,                  -- JSON: engine, version, model, digest, options
    made_at      TEXT NOT NULL,                  -- UTC, ISO 8601
    before       TEXT NOT NULL,                  -- JSON: segments that stood there, words and all
    standing     INTEGER NOT NULL DEFAULT 1,     -- 0: the whole was transcribed anew since
    PRIMARY KEY (recording_id, number)
) STRICT;
