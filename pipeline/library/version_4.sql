-- From version 3 to 4: places, failures, doubles, tags, participants, corrections, copies, seals, backups.
-- As schema.sql had these tables then; what it made of them since is another step.

-- Where a recording's file was seen, so that it is known again without being read.
CREATE TABLE place (
    path         TEXT PRIMARY KEY,               -- absolute; a file, or a folder of tracks
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    size         INTEGER NOT NULL,               -- bytes
    modified     INTEGER NOT NULL,               -- nanoseconds since 1970, as the file system says
    seen_at      TEXT NOT NULL                   -- UTC, ISO 8601
) STRICT;

CREATE INDEX place_of_recording ON place (recording_id);

-- A file of which nothing could be made, until something is, or it is gone.
CREATE TABLE failure (
    path         TEXT PRIMARY KEY,               -- absolute
    size         INTEGER NOT NULL,               -- bytes; -1: it could not be looked at
    modified     INTEGER NOT NULL,               -- nanoseconds since 1970
    reason       TEXT NOT NULL,                  -- in words, for people
    failed_at    TEXT NOT NULL                   -- UTC, ISO 8601
) STRICT;

-- Two recordings that seem to be one call in two files: as long, and the same is said.
CREATE TABLE likely_double (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    other_id     TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    likeness     REAL NOT NULL,                  -- of what is said, 0 to 1
    PRIMARY KEY (recording_id, other_id)
) STRICT;

-- A word that a person filed a recording under.
CREATE TABLE tag (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    folded       TEXT NOT NULL,                  -- the tag without regard to case
    name         TEXT NOT NULL,
    PRIMARY KEY (recording_id, folded)
) STRICT;

-- Who took part in a recording, as a person says.
CREATE TABLE participant (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    folded       TEXT NOT NULL,                  -- the name without regard to case
    name         TEXT NOT NULL,
    position     INTEGER NOT NULL,               -- from 0
    PRIMARY KEY (recording_id, folded)
) STRICT;

-- Who has how many turns in a recording: kept in step with `turn`, so that no list counts them.
CREATE TABLE talk (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, by who speaks first
    speaker      TEXT,                           -- null: nobody was told apart
    turns        INTEGER NOT NULL,
    seconds      REAL NOT NULL,
    PRIMARY KEY (recording_id, position)
) STRICT;

-- Words that a person put right: no run of a stage writes over it. It is anchored to the time
-- and the words that stood there, so that it is found in what another model hears.
CREATE TABLE correction (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,               -- from 1, in the order in which they were made
    change       INTEGER NOT NULL,               -- those of one number were made, and go, together
    channel      INTEGER,                        -- null: all channels mixed
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    before       TEXT NOT NULL,                  -- words that stood there; empty: none did
    after        TEXT NOT NULL,                  -- words that are said; empty: none are
    lead         TEXT NOT NULL,                  -- some words that stood before those
    trail        TEXT NOT NULL,                  -- some words that stood after those
    made_at      TEXT NOT NULL,                  -- UTC, ISO 8601
    undone_at    TEXT,                           -- UTC, ISO 8601; null: it stands
    PRIMARY KEY (recording_id, number)
) STRICT;

-- The small copy of a recording for listening, and its waveform: files in the library's folder.
CREATE TABLE listening_copy (
    recording_id TEXT PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
    size         INTEGER NOT NULL,               -- bytes of the copy
    sha256       TEXT NOT NULL,                  -- of the copy, hexadecimal
    peaks_size   INTEGER NOT NULL,               -- bytes of the waveform
    peaks_sha256 TEXT NOT NULL                   -- of the waveform, hexadecimal
) STRICT;

-- What the rows of a recording in a table come to, to tell when a disk has changed one.
CREATE TABLE seal (
    recording_id TEXT REFERENCES recording (id) ON DELETE CASCADE,  -- null: of no one recording
    rows_of      TEXT NOT NULL,                  -- a table
    sha256       TEXT NOT NULL,                  -- hexadecimal: the sum of those of the rows
    UNIQUE (recording_id, rows_of)
) STRICT;

-- Where copies of the library were written to: who is forgotten here is still in those.
CREATE TABLE backup (
    path         TEXT PRIMARY KEY,               -- absolute
    made_at      TEXT NOT NULL                   -- UTC, ISO 8601
) STRICT;

INSERT INTO talk
    SELECT recording_id, row_number() OVER (PARTITION BY recording_id ORDER BY first) - 1,
        speaker, turns, seconds
    FROM (
        SELECT recording_id, speaker, min(position) AS first, count(*) AS turns,
            round(sum("end" - start), 3) AS seconds
        FROM turn GROUP BY recording_id, speaker
    );
