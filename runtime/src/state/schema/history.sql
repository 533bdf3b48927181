-- What a tree of tasks did before, by the layer whose rules ask for it and SHA-256 of what is written there.
DROP TABLE uses;
DROP TABLE marks;
DROP TABLE seen;
-- How often each counted rule was used.
CREATE TABLE uses (
    task  TEXT NOT NULL REFERENCES tasks (id), -- the root of the tree, here and below
    layer BLOB NOT NULL,
    rule  BLOB NOT NULL,
    uses  INTEGER NOT NULL,
    PRIMARY KEY (task, layer, rule)
) STRICT, WITHOUT ROWID;
-- Calls that rules ask about.
CREATE TABLE marks (
    task    TEXT NOT NULL REFERENCES tasks (id),
    layer   BLOB NOT NULL,
    pattern BLOB NOT NULL,
    succeeded INTEGER NOT NULL,       -- 0: it has begun
    PRIMARY KEY (task, layer, pattern)
) STRICT, WITHOUT ROWID;
-- Values that a call supplied: keyed hashes of tree, layer, pattern and value; gone with the task.
CREATE TABLE seen (
    task TEXT NOT NULL REFERENCES tasks (id),
    hash BLOB NOT NULL,
    call TEXT NOT NULL,
    tool TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (task, hash)
) STRICT, WITHOUT ROWID;
-- How many calls were made while another policy than the one of the task's opening held. The empty layer: calls made before
-- this table was there. Their history is not kept, so that each of them may have been any call.
CREATE TABLE calls_under (
    task  TEXT NOT NULL REFERENCES tasks (id),
    layer BLOB NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (task, layer)
) STRICT, WITHOUT ROWID;
INSERT INTO calls_under (task, layer, calls)
    SELECT tasks.id, x'', spending.spent FROM tasks JOIN spending ON spending.task = tasks.id AND spending.unit = 'calls'
    WHERE tasks.parent IS NULL AND spending.spent > 0;
