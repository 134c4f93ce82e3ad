-- The library's first shape. Times are milliseconds since 1970 in UTC; errors, boxes and settings are JSON.

CREATE TABLE document (
  id              TEXT PRIMARY KEY,               -- UUID v7: sorts by the time it was added
  source_path     TEXT NOT NULL,
  filename        TEXT NOT NULL,
  mime_type       TEXT NOT NULL,
  mode            TEXT NOT NULL DEFAULT 'auto',
  file_size_bytes INTEGER NOT NULL,
  blob_hash       TEXT,                           -- NULL until the copy is complete
  status          TEXT NOT NULL,
  metadata_state  TEXT NOT NULL DEFAULT 'pending',
  batch           INTEGER NOT NULL,               -- files added while work was going on end in one notification
  doc_type        TEXT,
  type_confidence REAL,
  display_name    TEXT,
  summary         TEXT,
  language        TEXT,
  page_count      INTEGER,
  date            TEXT,                           -- civil date, no time zone
  total           TEXT,
  currency        TEXT,
  uncertain       INTEGER NOT NULL DEFAULT 0,
  accepted        INTEGER NOT NULL DEFAULT 0,
  lines           TEXT NOT NULL DEFAULT '[]',
  my_lines        TEXT,                           -- the rows of goods as a person says; NULL: the machine's count
  checks          TEXT NOT NULL DEFAULT '[]',     -- whether what is printed adds up
  parts           TEXT NOT NULL DEFAULT '[]',     -- the documents that the file holds, where it holds several
  splits          TEXT,                           -- pages that begin one, where a person said so
  mine            TEXT NOT NULL DEFAULT '{}',     -- name, summary, language, type, note that a person gave: machines keep off
  described       TEXT,                           -- what the machine said last
  error           TEXT,
  added_at        INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  removed_at      INTEGER,
  on_duplicate    TEXT NOT NULL DEFAULT 'skip',   -- what a person wants where the bytes are here already
  version_group   TEXT,                           -- documents that are one at different times; the newest is shown
  parent_id       TEXT REFERENCES document(id) ON DELETE SET NULL, -- the archive or mail it came in
  part            INTEGER                         -- which of its parts, from 0
) STRICT;
CREATE INDEX document_blob ON document(blob_hash) WHERE blob_hash IS NOT NULL;
CREATE INDEX document_version ON document(version_group, id) WHERE version_group IS NOT NULL;
CREATE UNIQUE INDEX document_part ON document(parent_id, part) WHERE parent_id IS NOT NULL;
CREATE INDEX document_removed ON document(removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX document_status ON document(status, id) WHERE removed_at IS NULL;
CREATE INDEX document_storing ON document(id) WHERE blob_hash IS NULL;
-- What lists count, filter and sort by: a count of fifty thousand rows reads this index and no row (which it would have
-- to for a column that only the index's condition names).
CREATE INDEX document_listed ON document(id, status, uncertain, accepted, version_group, removed_at) WHERE removed_at IS NULL;
CREATE INDEX document_type   ON document(doc_type, id) WHERE removed_at IS NULL;
CREATE INDEX document_date   ON document(coalesce(date, ''), id) WHERE removed_at IS NULL;
CREATE INDEX document_amount ON document(coalesce(CAST(total AS REAL), -1e300), id) WHERE removed_at IS NULL;
CREATE INDEX document_name   ON document(coalesce(nullif(display_name, ''), filename) COLLATE NOCASE, id) WHERE removed_at IS NULL;

CREATE TABLE tag (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  tag         TEXT NOT NULL,
  by          TEXT NOT NULL,                      -- 'rules@N' or 'person'
  PRIMARY KEY (document_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_tag ON tag(tag, document_id);

-- The full-text index: a row a document, numbered in the order they were added. It holds folded words, no text.
CREATE TABLE found (
  n           INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL UNIQUE REFERENCES document(id) ON DELETE CASCADE
) STRICT;
CREATE VIRTUAL TABLE search USING fts5(
  name, vendor, text, content = '', contentless_delete = 1, prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);
CREATE TRIGGER found_gone AFTER DELETE ON found BEGIN
  DELETE FROM search WHERE rowid = OLD.n;
END;

-- What makes documents look alike, as hashes: band 0 is vendor, number and total; the others are of a signature of their
-- words. Documents that share a hash are looked at more closely; what a person called different is not shown again.
CREATE TABLE likeness (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  band        INTEGER NOT NULL,
  hash        INTEGER NOT NULL,
  PRIMARY KEY (document_id, band)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_hash ON likeness(band, hash);
CREATE TABLE different (
  one   TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  other TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX different_other ON different(other);

CREATE TABLE page (
  id             INTEGER PRIMARY KEY,
  document_id    TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  page_number    INTEGER NOT NULL,
  unit           TEXT NOT NULL,
  width          REAL NOT NULL,
  height         REAL NOT NULL,
  rotation       INTEGER NOT NULL,
  source         TEXT NOT NULL,
  doc_type       TEXT NOT NULL,
  confidence     REAL NOT NULL,
  reasons        TEXT NOT NULL,
  status         TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  cache_key      TEXT NOT NULL,                   -- file × page × engine × settings × rules: equal means nothing to redo
  storage_uri    TEXT,
  lines          TEXT NOT NULL,
  error          TEXT,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  UNIQUE (document_id, page_number)
) STRICT;

CREATE TABLE page_layout (
  document_id TEXT NOT NULL,
  page_number INTEGER NOT NULL,
  text        TEXT NOT NULL,
  words       TEXT NOT NULL,                      -- [["text",x0,y0,x1,y1,confidence,line],…]
  tables      TEXT NOT NULL,
  codes       TEXT NOT NULL,
  PRIMARY KEY (document_id, page_number),
  FOREIGN KEY (document_id, page_number) REFERENCES page(document_id, page_number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- How a person arranged a document's pages: which page of which stored file stands where, and how far it is turned. No
-- rows: the pages are those of its file. Words and boxes are kept as they were read; they are turned where they are shown.
CREATE TABLE leaf (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,                   -- from 1: the page's number
  blob_hash   TEXT NOT NULL,
  source_page INTEGER NOT NULL,                   -- from 1
  turn        INTEGER NOT NULL,                   -- degrees clockwise
  PRIMARY KEY (document_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX leaf_blob ON leaf(blob_hash);

-- Pages that were read and that a person took out: they come back without being read again.
CREATE TABLE page_aside (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  blob_hash   TEXT NOT NULL,
  source_page INTEGER NOT NULL,
  page        TEXT NOT NULL,                      -- JSON
  picture     TEXT,                               -- where its picture lies
  PRIMARY KEY (document_id, blob_hash, source_page)
) STRICT;
CREATE INDEX page_aside_blob ON page_aside(blob_hash);

CREATE TABLE field (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  page_number INTEGER NOT NULL,                   -- 0: of the document as a whole
  name        TEXT NOT NULL,
  value       TEXT NOT NULL,
  text        TEXT NOT NULL,
  box         TEXT,
  on_page     INTEGER,
  confidence  REAL NOT NULL,
  by          TEXT NOT NULL,
  locked      INTEGER NOT NULL DEFAULT 0,         -- a person said so: machines keep off
  machine     TEXT,                               -- what the machine says where a person says otherwise
  PRIMARY KEY (document_id, page_number, name)
) STRICT, WITHOUT ROWID;

-- What the last run over a document changed: the machine's earlier value beside its new one.
CREATE TABLE field_change (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  name        TEXT NOT NULL,
  old         TEXT,
  new         TEXT,
  at          INTEGER NOT NULL,
  PRIMARY KEY (document_id, name)
) STRICT, WITHOUT ROWID;

-- Tags that a person took away: no machine gives them again.
CREATE TABLE tag_refused (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  tag         TEXT NOT NULL,
  PRIMARY KEY (document_id, tag)
) STRICT, WITHOUT ROWID;

-- What accepted corrections taught about a vendor's paper.
CREATE TABLE lesson (
  id          INTEGER PRIMARY KEY,
  vendor      TEXT NOT NULL,                      -- folded name or tax id as the machine reads it
  doc_type    TEXT NOT NULL,
  field       TEXT NOT NULL,
  lesson      TEXT NOT NULL,                      -- JSON: label and place, or the right name
  document_id TEXT,                               -- the correction it comes from
  at          INTEGER NOT NULL,
  UNIQUE (vendor, doc_type, field)
) STRICT;

-- Everything that was sent to a provider, written before it is sent.
CREATE TABLE sending (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  at          INTEGER NOT NULL,
  provider    TEXT NOT NULL,
  step        TEXT NOT NULL,
  host        TEXT NOT NULL,
  document_id TEXT,
  what        TEXT NOT NULL,                      -- what was sent, for people
  bytes       INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL,                   -- before the answer: the estimate; after it: what it cost
  pages       INTEGER NOT NULL DEFAULT 0,
  outcome     TEXT                                -- NULL while under way; 'success', or why not
) STRICT;
CREATE INDEX sending_at ON sending(at);
CREATE INDEX sending_document ON sending(document_id) WHERE document_id IS NOT NULL;

CREATE TABLE ocr_result (
  document_id        TEXT PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE,
  raw_text           TEXT NOT NULL,
  html_tables        TEXT NOT NULL,
  page_count         INTEGER NOT NULL,
  model              TEXT NOT NULL,
  processing_time_ms INTEGER NOT NULL,
  usage_info         TEXT NOT NULL DEFAULT '{}',
  created_at         INTEGER NOT NULL
) STRICT;                                          -- layout_data: page_layout, a row a page

CREATE TABLE job (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  kind             TEXT NOT NULL,
  lane             INTEGER NOT NULL,              -- 0 reading, 1 short work, 2 sending, 3 collections
  owner            TEXT NOT NULL,
  open             INTEGER NOT NULL DEFAULT 1 CHECK (open = (state NOT IN (3, 4, 5))),
  state            INTEGER NOT NULL,              -- 0 scheduled 1 pending 2 processing 3 completed 4 failed 5 cancelled 6 paused 7 waiting
  priority         INTEGER NOT NULL DEFAULT 1,    -- 0 low 1 normal 2 high
  rank             INTEGER NOT NULL DEFAULT 0,    -- below 0: a person moved it to the top, the latest lowest
  run_at           INTEGER,
  attempt          INTEGER NOT NULL DEFAULT 0,
  max_attempts     INTEGER NOT NULL DEFAULT 3,
  crashes          INTEGER NOT NULL DEFAULT 0,
  interrupted      INTEGER NOT NULL DEFAULT 0,      -- the application ended while it ran
  run_token        TEXT,                          -- fence: only the run that holds it may write
  lease_until      INTEGER,
  stop_requested   INTEGER NOT NULL DEFAULT 0,    -- 1 to cancel it, 2 to set it aside
  waits_on         INTEGER REFERENCES job(id),
  dedupe_key       TEXT,
  weight_mib       INTEGER NOT NULL DEFAULT 0,
  result           TEXT,
  error            TEXT,
  error_code       TEXT,                          -- of `error`, so that failures group by cause
  created_at       INTEGER NOT NULL,
  started_at       INTEGER,
  finished_at      INTEGER
) STRICT;
-- One partial index a question, and none that a step of a job touches without need: each is a page more to flush.
-- A test looks at every query's plan.
CREATE INDEX job_ready     ON job(lane, priority DESC, rank, id) WHERE state = 1;
CREATE INDEX job_scheduled ON job(run_at)         WHERE state = 0;
CREATE INDEX job_running   ON job(id)             WHERE state = 2;
CREATE INDEX job_aside     ON job(id)             WHERE state IN (6, 7);
CREATE INDEX job_waiting   ON job(waits_on)       WHERE waits_on IS NOT NULL;
CREATE INDEX job_cause     ON job(error_code, id) WHERE state = 4;
CREATE INDEX job_finished  ON job(finished_at)    WHERE state IN (3, 4, 5);
CREATE INDEX job_owner     ON job(owner, id);
CREATE UNIQUE INDEX job_dedupe ON job(dedupe_key, kind) WHERE open = 1;

CREATE TABLE job_payload (
  job_id  INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
  payload TEXT NOT NULL                           -- JSON; may hold a password, so it goes when the job is over
) STRICT;

CREATE TABLE job_progress (
  job_id     INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
  stage      TEXT NOT NULL,
  n          INTEGER NOT NULL,
  total      INTEGER NOT NULL,
  eta_ms     INTEGER,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE job_attempt (
  job_id     INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
  attempt    INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  outcome    TEXT,
  error      TEXT,
  PRIMARY KEY (job_id, attempt, started_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_step (
  job_id     INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
  step       INTEGER NOT NULL,
  name       TEXT NOT NULL,
  state      TEXT NOT NULL,
  started_at INTEGER,
  ended_at   INTEGER,
  detail     TEXT,
  PRIMARY KEY (job_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_minute (
  minute    INTEGER PRIMARY KEY,                  -- minutes since 1970
  pages     INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  failed    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE metric_stage (
  stage     TEXT PRIMARY KEY,                     -- a page's source, or a job's kind
  count     INTEGER NOT NULL,
  total_ms  REAL NOT NULL,
  recent_ms REAL NOT NULL                         -- moving average: the newest weigh most
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_end (
  kind    TEXT NOT NULL,
  outcome TEXT NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (kind, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_cause (
  code  TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Acts that may happen only so often, and their history.
CREATE TABLE act (
  id     INTEGER PRIMARY KEY,
  action TEXT NOT NULL,                           -- 'refresh', 'new_collection'
  owner  TEXT NOT NULL,
  at     INTEGER NOT NULL,
  job_id INTEGER
) STRICT;
CREATE INDEX act_limit ON act(action, owner, at);

CREATE TABLE event_log (
  id          INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  document_id TEXT,
  job_id      INTEGER,
  level       TEXT NOT NULL,
  message     TEXT NOT NULL
) STRICT;
CREATE INDEX event_log_document ON event_log(document_id, id) WHERE document_id IS NOT NULL;
CREATE INDEX event_log_job      ON event_log(job_id, id)      WHERE job_id IS NOT NULL;

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Drop folders and their ledger. A folder that is no longer watched keeps its row: when it is watched again, nothing in
-- it is taken twice.
CREATE TABLE drop_folder (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  path       TEXT NOT NULL UNIQUE,                -- absolute, without links
  recursive  INTEGER NOT NULL,
  subfolders TEXT NOT NULL,
  after      TEXT NOT NULL,
  ignore     TEXT NOT NULL,                       -- JSON list of patterns
  changed    TEXT NOT NULL DEFAULT 'document',    -- what a file means that changed
  active     INTEGER NOT NULL,
  added_at   INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;

CREATE TABLE ledger (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  folder_id   INTEGER NOT NULL REFERENCES drop_folder(id),
  path        TEXT NOT NULL,                      -- below the folder
  inode       INTEGER NOT NULL,                   -- with mtime and size: one state of the file's content
  mtime_ns    INTEGER NOT NULL,
  size        INTEGER NOT NULL,
  fate        TEXT NOT NULL,
  reason      TEXT,
  document_id TEXT REFERENCES document(id) ON DELETE SET NULL,
  after_due   TEXT,                               -- what is still to be done with the original
  after_error TEXT,                               -- why that was not possible so far
  seen_at     INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  UNIQUE (folder_id, path, inode, mtime_ns, size)
) STRICT;
CREATE INDEX ledger_folder   ON ledger(folder_id, id);
CREATE INDEX ledger_fate     ON ledger(fate, id);
CREATE INDEX ledger_both     ON ledger(folder_id, fate, id);
CREATE INDEX ledger_document ON ledger(document_id) WHERE document_id IS NOT NULL;

CREATE TABLE ledger_count (
  folder_id INTEGER NOT NULL,
  fate      TEXT NOT NULL,
  n         INTEGER NOT NULL,
  PRIMARY KEY (folder_id, fate)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_counted_in AFTER INSERT ON ledger BEGIN
  INSERT INTO ledger_count VALUES (NEW.folder_id, NEW.fate, 1)
    ON CONFLICT(folder_id, fate) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ledger_counted_out AFTER DELETE ON ledger BEGIN
  UPDATE ledger_count SET n = n - 1 WHERE folder_id = OLD.folder_id AND fate = OLD.fate;
END;
CREATE TRIGGER ledger_counted_over AFTER UPDATE OF fate ON ledger WHEN OLD.fate <> NEW.fate BEGIN
  UPDATE ledger_count SET n = n - 1 WHERE folder_id = OLD.folder_id AND fate = OLD.fate;
  INSERT INTO ledger_count VALUES (NEW.folder_id, NEW.fate, 1)
    ON CONFLICT(folder_id, fate) DO UPDATE SET n = n + 1;
END;

-- Documents that were added without being processed: they wait until a person says so.
CREATE TABLE staged (
  document_id TEXT PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE,
  at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was taken out of a document for collections: a page's pictures, or a sheet.
CREATE TABLE extraction (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  kind        TEXT NOT NULL,                      -- 'page' or 'sheet'
  number      INTEGER NOT NULL,                   -- pages from 1, sheets from 0
  cache_key   TEXT NOT NULL,                      -- file × how it is taken out: equal means nothing to redo
  content     TEXT NOT NULL,                      -- JSON: the page's pictures, or the sheet
  PRIMARY KEY (document_id, kind, number)
) STRICT;
CREATE TABLE extracted_blob (
  document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  blob_hash   TEXT NOT NULL,
  PRIMARY KEY (document_id, blob_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX extracted_blob_hash ON extracted_blob(blob_hash);

CREATE TABLE collection (
  id             TEXT PRIMARY KEY,                -- UUID v7: sorts by the time it was made
  name           TEXT NOT NULL,
  brand          TEXT,
  season         TEXT,
  currency       TEXT,
  linesheet_only INTEGER NOT NULL DEFAULT 0,
  found          TEXT NOT NULL DEFAULT '{}',      -- JSON: brand, season, currency as the linesheets say
  categories     TEXT NOT NULL DEFAULT '[]',      -- JSON, as found
  renamed        TEXT NOT NULL DEFAULT '{}',      -- JSON: a person's names of categories, by the name found
  category_order TEXT NOT NULL DEFAULT '[]',      -- JSON: a person's order of them
  arranged       INTEGER NOT NULL DEFAULT 0,      -- a person moved items: their order stays
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  removed_at     INTEGER
) STRICT;
CREATE INDEX collection_removed ON collection(removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE collection_input (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  document_id   TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  role          TEXT NOT NULL,
  position      INTEGER NOT NULL,
  PRIMARY KEY (collection_id, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_input_document ON collection_input(document_id);

-- Where each of a collection's works stands, and what each phase of it gave: going on after a crash skips what is here.
CREATE TABLE collection_work (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  work          TEXT NOT NULL,                    -- 'process', 'items', 'deck'
  job_id        INTEGER,
  state         TEXT NOT NULL,
  phase         INTEGER NOT NULL DEFAULT 0,
  restarting    INTEGER NOT NULL DEFAULT 0,
  tries         INTEGER NOT NULL DEFAULT 0,       -- runs that failed since the last that did not
  error         TEXT,
  made_from     TEXT,                             -- hash of what the last whole run was made from
  completed_at  INTEGER,
  PRIMARY KEY (collection_id, work)
) STRICT, WITHOUT ROWID;
CREATE TABLE phase_result (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  work          TEXT NOT NULL,
  phase         INTEGER NOT NULL,
  input_hash    TEXT NOT NULL,
  result        TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (collection_id, work, phase)
) STRICT;

CREATE TABLE product (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  position      INTEGER NOT NULL,
  product       TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (collection_id, position)
) STRICT;

CREATE TABLE purchase_order (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  document_id   TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  content       TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (collection_id, document_id)
) STRICT;

-- What a person said of an order's columns; and what was said of a buyer's columns, for the next order of theirs.
CREATE TABLE order_column (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  document_id   TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
  heading       TEXT NOT NULL,
  meaning       TEXT,
  PRIMARY KEY (collection_id, document_id, heading)
) STRICT, WITHOUT ROWID;
CREATE TABLE buyer_column (
  buyer   TEXT NOT NULL,                          -- folded name
  heading TEXT NOT NULL,
  meaning TEXT,
  at      INTEGER NOT NULL,
  PRIMARY KEY (buyer, heading)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  id            TEXT PRIMARY KEY,
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  key           TEXT NOT NULL,                    -- style and colour: the same item when items are made again
  position      INTEGER,                          -- NULL: the last run made no such item; kept for what a person set
  included      INTEGER NOT NULL,                 -- as a person or the machine says
  item          TEXT NOT NULL                     -- JSON, as the machine made it
) STRICT;
CREATE INDEX item_collection ON item(collection_id, position);
CREATE TABLE item_edit (
  item_id TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  before  TEXT,                                   -- what the machine said when the person set it
  mine    TEXT NOT NULL,
  PRIMARY KEY (item_id, key)
) STRICT, WITHOUT ROWID;

-- Lines of orders that no product answers, and what a person said of them.
CREATE TABLE unmatched_line (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  position      INTEGER NOT NULL,
  line          TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (collection_id, position)
) STRICT;
CREATE TABLE resolution (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  line_key      TEXT NOT NULL,
  resolution    TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (collection_id, line_key)
) STRICT, WITHOUT ROWID;

-- What is set about a collection's deck, and the decks that were made.
CREATE TABLE deck (
  collection_id TEXT PRIMARY KEY REFERENCES collection(id) ON DELETE CASCADE,
  settings      TEXT NOT NULL                     -- JSON
) STRICT, WITHOUT ROWID;
CREATE TABLE deck_version (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  version       INTEGER NOT NULL,                 -- from 1
  made_from     TEXT NOT NULL,                    -- hash of settings and items
  slides        TEXT NOT NULL,                    -- JSON: key, title and hash of each, to compare
  record        TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (collection_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE deck_blob (
  collection_id TEXT NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
  blob_hash     TEXT NOT NULL,
  PRIMARY KEY (blob_hash, collection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deck_blob_of_collection ON deck_blob(collection_id);
