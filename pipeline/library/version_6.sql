-- From version 5 to 6: what names are called where nobody is to know them.
-- As schema.sql had these tables then.

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
