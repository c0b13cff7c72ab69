-- The library: what each recording is, what was said in it, and how we know.
-- Times are seconds from the start of the recording, rounded to milliseconds.

-- One file of sound, known by its content.
CREATE TABLE recording (
    id               TEXT PRIMARY KEY,           -- sha256 of the file's bytes, hexadecimal
    path             TEXT NOT NULL,              -- where the file was last seen
    title            TEXT NOT NULL,
    duration         REAL NOT NULL,              -- seconds
    channels         INTEGER NOT NULL,
    sample_rate      INTEGER NOT NULL,           -- Hz, of the file
    codec            TEXT NOT NULL,
    size             INTEGER NOT NULL,           -- bytes
    layout           TEXT NOT NULL,              -- what the channels are: see pipeline/channels/layout.py
    recorded_at      TEXT NOT NULL,              -- local time, ISO 8601
    recorded_at_from TEXT NOT NULL,              -- how that is known: tag, name or file time
    project          TEXT,
    damage           TEXT NOT NULL DEFAULT '',   -- what of the file could not be read
    language         TEXT,                       -- of what is said; null until known
    added_at         TEXT NOT NULL,              -- UTC, ISO 8601
    tracks           TEXT NOT NULL DEFAULT ''    -- JSON: [[file, participant]]; empty: one file
) STRICT;

CREATE INDEX recording_of_date ON recording (recorded_at, id);
CREATE INDEX recording_of_project ON recording (project, recorded_at, id);

-- A stage that ended, and what made its result. No row: the stage has yet to run.
CREATE TABLE stage (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,                  -- transcribe, diarize, attribute, annotate, embed or copy
    made         TEXT NOT NULL,                  -- JSON: engine, version, model, digest, options
    finished_at  TEXT NOT NULL,                  -- UTC, ISO 8601
    PRIMARY KEY (recording_id, name)
) STRICT;

-- What the recogniser heard, in one piece.
CREATE TABLE segment (
    recording_id          TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position              INTEGER NOT NULL,      -- from 0, by start
    channel               INTEGER,               -- null: all channels mixed
    start                 REAL NOT NULL,         -- seconds
    "end"                 REAL NOT NULL,         -- seconds
    language              TEXT,
    average_logprob       REAL NOT NULL,         -- natural logarithm, per token
    no_speech_probability REAL NOT NULL,
    temperature           REAL NOT NULL,
    words                 TEXT NOT NULL,         -- JSON: [[text, start, end, probability, spaced]]
    PRIMARY KEY (recording_id, position)
) STRICT;

-- What the recogniser wrote and nobody said: not in `segment` any more.
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

-- Voice in which no words were found, though it was listened to again.
CREATE TABLE unheard (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, by start
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    channel      INTEGER,                        -- null: all channels mixed
    PRIMARY KEY (recording_id, position)
) STRICT;

-- A passage that was recognised anew; its words are in `segment`, with the others.
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

-- Who spoke when; the spans of different speakers may overlap.
CREATE TABLE speaker_span (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, by start
    speaker      TEXT NOT NULL,
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    channel      INTEGER,                        -- null: told by voice
    probability  REAL NOT NULL DEFAULT 1,        -- how sure it is who speaks, 0 to 1
    PRIMARY KEY (recording_id, position)
) STRICT;

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

-- What is read, searched and cited: one speaker's words until another takes the floor.
CREATE TABLE turn (
    id           INTEGER PRIMARY KEY,
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, by start
    speaker      TEXT,                           -- null: nobody was told apart
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    text         TEXT NOT NULL,
    words        TEXT NOT NULL,                  -- JSON: [[text, start, end, probability, spaced]]
    UNIQUE (recording_id, position)
) STRICT;

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

-- A named thing in a turn.
CREATE TABLE entity (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, in the order of the text
    text         TEXT NOT NULL,
    label        TEXT NOT NULL,                  -- as spaCy names it: PERSON, ORG, MONEY ...
    turn         INTEGER NOT NULL,               -- turn.position
    start_char   INTEGER NOT NULL,               -- characters of the turn's text
    end_char     INTEGER NOT NULL,
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    name         TEXT NOT NULL DEFAULT '',       -- what it goes by in this call, written in full
    folded       TEXT NOT NULL DEFAULT '',       -- that name as names are compared over the library
    value        TEXT NOT NULL DEFAULT '',       -- what it comes to; empty: not sure, or no value
    PRIMARY KEY (recording_id, position)
) STRICT;

CREATE INDEX entity_of_name ON entity (folded, label, recording_id, turn);
CREATE INDEX entity_as_written ON entity (
    replace(replace(text, ' ', ''), '-', '') COLLATE NOCASE, folded
);

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

-- A phrase that a recording is about.
CREATE TABLE keyphrase (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,               -- from 0, best first
    text         TEXT NOT NULL,
    rank         REAL NOT NULL,                  -- 1 for the best of the recording, down to 0
    lemma        TEXT NOT NULL DEFAULT '',       -- its words as a dictionary has them
    PRIMARY KEY (recording_id, position)
) STRICT;

CREATE INDEX keyphrase_of_lemma ON keyphrase (lemma, rank);

CREATE TABLE keyphrase_mention (
    recording_id TEXT NOT NULL,
    keyphrase    INTEGER NOT NULL,               -- keyphrase.position
    position     INTEGER NOT NULL,               -- from 0, by start
    turn         INTEGER NOT NULL,               -- turn.position
    start_char   INTEGER NOT NULL,               -- characters of the turn's text
    end_char     INTEGER NOT NULL,
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    PRIMARY KEY (recording_id, keyphrase, position),
    FOREIGN KEY (recording_id, keyphrase)
        REFERENCES keyphrase (recording_id, position) ON DELETE CASCADE
) STRICT;

-- The passages that the last search listed, by the numbers that it gave them.
CREATE TABLE last_hit (
    number       INTEGER PRIMARY KEY,            -- from 1
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL                   -- seconds
) STRICT;

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

CREATE INDEX tag_of_name ON tag (name, recording_id);

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
    role         TEXT,                           -- interviewer, customer or other; null: not known
    guessed      INTEGER NOT NULL DEFAULT 1,     -- 0: a person said so
    PRIMARY KEY (recording_id, position)
) STRICT;

CREATE INDEX talk_of_speaker ON talk (speaker, recording_id);

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

-- What a name is called where nobody is to know it, by project. No run writes over it.
CREATE TABLE pseudonym (
    project      TEXT NOT NULL,                  -- as projects are compared; empty: of what is in none
    folded       TEXT NOT NULL,                  -- the name, as names are compared
    name         TEXT NOT NULL,                  -- as it is written
    kind         TEXT NOT NULL,                  -- person, company, place, product or name
    pseudonym    TEXT NOT NULL,                  -- what stands in its place; empty: it stays
    added        INTEGER NOT NULL,               -- 1: a person listed it, whether it is found or not
    decided_at   TEXT NOT NULL,                  -- UTC, ISO 8601
    PRIMARY KEY (project, folded)
) STRICT;

-- A passage in which a listed name can be heard that the words there do not show.
CREATE TABLE heard_name (
    recording_id TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    start        REAL NOT NULL,                  -- seconds
    "end"        REAL NOT NULL,                  -- seconds
    name         TEXT NOT NULL,                  -- as it is listed
    found_at     TEXT NOT NULL,                  -- UTC, ISO 8601
    PRIMARY KEY (recording_id, start, "end", name)
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
