-- From version 2 to 3: how sure a speaker is, what a person said of speakers, and voices.
-- As schema.sql had these tables then; what it made of them since is another step.

ALTER TABLE recording ADD COLUMN tracks TEXT NOT NULL DEFAULT '';

ALTER TABLE speaker_span ADD COLUMN probability REAL NOT NULL DEFAULT 1;

-- What a person said of the speakers: no run of a stage writes over it.
CREATE TABLE speaker_edit (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,               -- from 1, in the order in which they were said
    kind         TEXT NOT NULL,                  -- name, merge, passage or role
    speaker      TEXT NOT NULL,                  -- the label of whom it is said
    value        TEXT NOT NULL,                  -- a name, the label of another, or a role
    start        REAL,                           -- seconds; null: not of a passage
    "end"        REAL,                           -- seconds; null: not of a passage
    made_at      TEXT NOT NULL,                  -- UTC, ISO 8601
    PRIMARY KEY (recording_id, number)
) STRICT;

-- What the voice of a speaker is like, for telling it in another recording.
CREATE TABLE voiceprint (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    speaker      TEXT NOT NULL,                  -- the label of speaker_span
    embedding    BLOB NOT NULL,                  -- float32, little endian, of length 1
    seconds      REAL NOT NULL,                  -- of clean speech that it is made of
    digest       TEXT NOT NULL,                  -- sha256 of the model's weights
    PRIMARY KEY (recording_id, speaker)
) STRICT;

-- Whose voiceprint is not to be made again: a person who was forgotten speaks there.
CREATE TABLE unprinted (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    speaker      TEXT NOT NULL,                  -- the label of speaker_span
    PRIMARY KEY (recording_id, speaker)
) STRICT;

-- Where a label of which something is known last had spans, while it has none: it is still theirs.
-- For a label in `unprinted` it is where it had spans when it was forgotten, for good.
CREATE TABLE label_span (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    speaker      TEXT NOT NULL,                  -- the label of speaker_span
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    channel      INTEGER,                        -- null: told by voice
    PRIMARY KEY (recording_id, speaker, start, "end")
) STRICT;

-- Somebody who may speak in several recordings.
CREATE TABLE person (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    folded       TEXT NOT NULL UNIQUE,           -- the name without regard to case
    added_at     TEXT NOT NULL                   -- UTC, ISO 8601
) STRICT;

-- What was decided of a speaker: that it is a person, or is not.
CREATE TABLE recognised (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    speaker      TEXT NOT NULL,                  -- the label of speaker_span
    person_id    INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    verdict      TEXT NOT NULL,                  -- confirmed or refused
    edit         INTEGER,                        -- speaker_edit.number of its name; null: none
    decided_at   TEXT NOT NULL,                  -- UTC, ISO 8601
    PRIMARY KEY (recording_id, speaker, person_id)
) STRICT;
