// The shapes of the engine's JSON as the window uses them: the model crate's serde names, by hand. The generated
// bindings differ in small ways between generator versions (floats as `number | null`, one type per direction), so
// only api.ts meets them and everything else speaks these.

export type DocumentId = string;
export type JobId = number;
/** RFC 3339 in UTC with milliseconds. */
export type Timestamp = string;
/** Left, top, right, bottom in the page's unit; origin top left. */
export type Rect = [number, number, number, number];

export type DocumentStatus = "uploading" | "processing" | "ocr_complete" | "partial" | "failed" | "cancelled";
export type MetadataState = "pending" | "running" | "ready" | "failed";
/** A word such as `invoice` or `unknown`; types are data, so the list is open. */
export type DocType = string;

export type ErrorCode =
  | "encrypted" | "wrong_password" | "empty_file" | "corrupt" | "unsupported_type" | "no_pages" | "too_large"
  | "timed_out" | "out_of_memory" | "reader_crashed" | "reader_missing" | "no_page_read" | "metadata_failed"
  | "not_found" | "permission_denied" | "disk_full" | "library_locked" | "library_too_new" | "library_damaged"
  | "unknown_id" | "wrong_state" | "retry_limit" | "rate_limited" | "provider_limit" | "usage" | "io" | "internal";

export type UserError = { code: ErrorCode; message: string; hint: string };

export type JobKind =
  | "read_document" | "describe_document" | "process_collection" | "generate_items" | "generate_deck" | "send_webhook" | "send_mail";
export type JobState =
  | "scheduled" | "pending" | "processing" | "completed" | "failed" | "cancelled" | "paused" | "waiting";
export type Priority = "low" | "normal" | "high";

export type Progress = {
  stage: string;
  n: number;
  total: number;
  percentage: number;
  elapsed_ms: number;
  eta_ms: number | null;
};

export type Job = {
  id: JobId;
  type: JobKind;
  status: JobState;
  priority: Priority;
  owner: DocumentId;
  /** Its document's; empty where that is gone. */
  name: string;
  created_at: Timestamp;
  started_at: Timestamp | null;
  completed_at: Timestamp | null;
  result: string | null;
  error: UserError | null;
  retry_count: number;
  max_retries: number;
  /** When it runs next, where it waits for a time. */
  run_at: Timestamp | null;
  /** It was asked to stop and will be over in a moment. */
  stopping: boolean;
  progress: Progress | null;
};

export type QueueStatus = { pending: number; processing: number; completed: number; failed: number; total: number };

export type PauseMode = "drain" | "suspend";
export type PauseCause = "person" | "battery" | "low_disk";
export type Pause = { cause: PauseCause; mode: PauseMode; since: Timestamp; until: Timestamp | null };

export type JobQuery = {
  /** None means all. */
  states: JobState[];
  owner: DocumentId | null;
  code: ErrorCode | null;
  /** Only jobs older than this one: the next page of a list. */
  before: JobId | null;
  limit: number;
};
export type JobList = { jobs: Job[]; more: boolean };
export type JobAttempt = {
  attempt: number;
  started_at: Timestamp;
  ended_at: Timestamp | null;
  /** `completed`, `failed`, `retry`, `waiting`, `cancelled`, `given_back`, `interrupted`. */
  outcome: string | null;
  error: UserError | null;
};
export type JobLogLine = { at: Timestamp; level: string; message: string };
export type JobDetail = { job: Job; attempts: JobAttempt[]; log: JobLogLine[] };

/** Failed jobs that share a cause. */
export type FailureCause = { code: ErrorCode; count: number; example: UserError; retryable: boolean };
export type Refreshed = { job_id: JobId; status: string; message: string };

export type Span = { at: Timestamp; pages: number; completed: number; failed: number };
/** `text_layer`, `ocr`, `blank`, `failed` a page; job kinds a job. */
export type StageTime = { stage: string; count: number; mean_ms: number; recent_ms: number };
export type EndCount = { kind: JobKind; outcome: string; count: number };
export type CauseCount = { code: ErrorCode; count: number };
export type QueueMetrics = {
  span_s: number;
  spans: Span[];
  stages: StageTime[];
  ends: EndCount[];
  causes: CauseCount[];
};

/** How Papertray ends while work is going on; `stay` is that the question was closed. */
export type QuitHow = "finish_page" | "stop_now" | "keep_in_tray" | "stay";
/** Papertray was asked to quit while so many jobs are at work and wait. */
export type QuitAsk = { running: number; waiting: number };

export type Health = {
  status: "healthy" | "unhealthy";
  queue_status: QueueStatus;
  stuck_jobs: number;
  database_connected: boolean;
  reader_available: boolean;
  error?: UserError | null;
};

export type Field = {
  value: string;
  text: string;
  box?: Rect | null;
  page?: number | null;
  confidence: number;
  by: string;
};
export type Fields = Record<string, Field>;
export type LineItem = Record<string, Field>;

export type Metadata = { display_name: string; tags: string[]; summary: string; language: string | null };

export type DocumentRow = {
  document_id: DocumentId;
  file: string;
  filename: string;
  status: DocumentStatus;
  metadata: MetadataState;
  doc_type: DocType | null;
  display_name: string | null;
  tags: string[];
  page_count: number | null;
  date: string | null;
  total: string | null;
  currency: string | null;
  uncertain: number;
  accepted: boolean;
  added_at: Timestamp;
  error: UserError | null;
  file_size_bytes: number;
  thumbnail: string | null;
  job: Job | null;
  /** Added without being processed: waits until a person says so. */
  staged: boolean;
  /** The archive or mail it came in. */
  parent: DocumentId | null;
  /** Documents that came out of this archive or mail. */
  parts: number;
};

/** One of several files that are the same document at different times. */
export type DocumentVersion = { document_id: DocumentId; filename: string; added_at: Timestamp; current: boolean };

export type PageSource = "text_layer" | "ocr" | "blank" | "failed";
export type DraftStatus = "draft_pending" | "draft_created" | "unknown";

export type PageSummary = {
  page_number: number;
  unit: "pt" | "px";
  width: number;
  height: number;
  source: PageSource;
  doc_type: DocType;
  confidence: number;
  status: DraftStatus;
  error: UserError | null;
};

/** Which page of which stored file stands somewhere, and how far a person turned it: 0, 90, 180, 270 degrees clockwise. */
export type PageRef = { file: string; page: number; turn: number };

export type Word = { text: string; box: Rect; confidence: number; line: number };

export type PageDetail = {
  summary: PageSummary;
  picture: string | null;
  text: string;
  words: Word[];
  fields: Fields;
  /** Why it is of its type, strongest first. */
  reasons: string[];
};

export type DocumentDetail = {
  row: DocumentRow;
  mime_type: string;
  description: Metadata | null;
  fields: Fields;
  lines: LineItem[];
  pages: PageSummary[];
  /** Where each page comes from; none while it is not read, or where its pages cannot be arranged. */
  leaves: PageRef[];
  /** Whether a person arranged its pages. */
  arranged: boolean;
  /** Whether the rows of goods are a person's. */
  lines_by_person: boolean;
  /** What a person noted about it. */
  note: string;
  model: string | null;
  processing_time_ms: number | null;
  /** Newest first; none where there is only this one. */
  versions: DocumentVersion[];
  parts: DocumentRow[];
  parent: DocumentRow | null;
  /** Whether what is printed adds up. */
  checks: Check[];
  /** The documents that the file holds, in order; none where it holds one. */
  sections: DocumentPart[];
  split_by_person: boolean;
  type_by_person: boolean;
  /** What the last run changed and nobody has decided about yet. */
  changes: FieldChange[];
  /** How often something of it was sent to a service. */
  sent: number;
};

/** `line`, from 1, is the row of goods it is about. */
export type Check = { what: string; holds: boolean; line?: number };
export type DocumentPart = {
  first_page: number;
  last_page: number;
  doc_type: DocType;
  confidence: number;
  /** Why it begins where it does. */
  why: string;
  fields: Fields;
  lines: LineItem[];
  checks: Check[];
};
/** The machine's earlier value, a person's, the machine's new one; `doc_type` for the type. */
export type FieldChange = { name: string; old: string | null; mine: string | null; new: string | null };
export type Replayed = { document_id: DocumentId; doc_type: DocType; schema_version: number; changes: FieldChange[] };
export type NamedType = { id: DocumentId; doc_type: DocType | null };

export type TypeInfo = {
  name: DocType;
  version: number;
  /** The person's file it stands in; null for a built-in type. */
  file: string | null;
  /** Names of its values and their kinds. */
  fields: Record<string, string>;
  columns: string[];
  prompt: string;
};
export type TypeProblem = { file: string; line: number | null; message: string };
export type Types = { folder: string; types: TypeInfo[]; problems: TypeProblem[] };
/** `lesson` is JSON: `{"kind":"name","name"}` or `{"kind":"label","label"}`. */
export type LessonRow = {
  id: number; vendor: string; doc_type: DocType; field: string; lesson: string; document_id: DocumentId | null; at: Timestamp;
};

export type ServiceKind = "mistral_ocr" | "anthropic" | "open_ai";
export const SERVICE_KINDS: ServiceKind[] = ["mistral_ocr", "anthropic", "open_ai"];
/** Prices are millionths of the account's currency: of a page, of a million tokens in and out. */
export type Service = {
  kind: ServiceKind; base_url: string; model: string; page_micros: number; input_micros: number; output_micros: number;
};
export type ServiceStep = "ocr" | "fields" | "describe";
export const SERVICE_STEPS: ServiceStep[] = ["ocr", "fields", "describe"];
export type ProviderSettings = {
  offline: boolean;
  services: Record<string, Service>;
  /** A step without a service is done on this computer. */
  steps: Partial<Record<ServiceStep, string>>;
  /** Limits of 30 days over all services; 0: none. */
  page_cap: number;
  spend_cap_micros: number;
  timeout_s: number;
};
export type Spent = { pages: number; cost_micros: number };
export type Providers = {
  settings: ProviderSettings; stop_at_bad_page: boolean; spent: Spent; pauses: { service: string; seconds: number }[];
};
/** A line of the privacy ledger, written before anything is sent. */
export type SendingRow = {
  id: number; at: Timestamp; provider: string; step: string; host: string; document_id: DocumentId | null; what: string;
  bytes: number; cost_micros: number; pages: number;
  /** `success`, or why not; null while under way or where Papertray ended meanwhile. */
  outcome: string | null;
};

export type SplitMade = { document_id: DocumentId; new_document_id: DocumentId };
/** `likeness`: how much of their telling words two documents share, 0 to 1. */
export type TwinsWhy = "same_file" | "same_number" | "same_words";
export type Twins = { one: DocumentRow; other: DocumentRow; why: TwinsWhy; likeness: number };
/** Files of the library that were moved and compared; `all` is 0 as long as that is not known. */
export type MoveState = { done: number; all: number };

export type DocumentFilter = "all" | "working" | "needs_review" | "failed" | "staged" | "trash";

export type DocumentQuery = {
  filter: DocumentFilter;
  doc_type: DocType | null;
  tag: string | null;
  status: DocumentStatus | null;
  /** Words, "phrases", begin*, -without, type: tag: vendor: status: currency: date: amount: */
  text: string | null;
  sort: DocumentSort;
  ascending: boolean;
  /** Of the list only these, where any are named. */
  only: DocumentId[];
  after: DocumentId | null;
  limit: number;
};

export type DocumentSort = "added" | "date" | "amount" | "name";
export const SORTS: DocumentSort[] = ["added", "date", "amount", "name"];
/** `at_least`: a search counts to `total` and there are more. */
export type DocumentList = { rows: DocumentRow[]; total: number; at_least: boolean; more: boolean };
/** Where words of a search stand on a page. */
export type Hit = { page_number: number; box: Rect; snippet: string };
export type Hits = { document_id: DocumentId; hits: Hit[]; more: boolean };
export type SavedView = { name: string; filter: DocumentFilter; text: string; sort: DocumentSort; ascending: boolean };

export type ExportFormat = "csv" | "xlsx" | "json" | "original" | "pdf";
export const EXPORT_FORMATS: ExportFormat[] = ["csv", "xlsx", "json", "pdf", "original"];
export type ExportPreset = { name: string; format: ExportFormat; columns: string[] };
export type ExportChoices = { columns: string[]; presets: ExportPreset[] };
export type BackupMade = { file: string; files: number; bytes: number };
export type Verified = { files_checked: number; problems: string[] };

export type DayCount = { day: string; documents: number };
/** `of`: a vendor, or a month `YYYY-MM`. */
export type Spend = { of: string; currency: string; documents: number; total: string };
export type Analytics = { days: DayCount[]; months: Spend[]; vendors: Spend[] };
export type InboxCounts = { all: number; working: number; needs_review: number; failed: number; staged: number; trash: number };

/** What becomes of a file whose bytes are in the library already. */
export type Duplicates = "skip" | "keep" | "version";
export type AddOptions = { stage: boolean; duplicates: Duplicates };
export const ADD: AddOptions = { stage: false, duplicates: "skip" };

export type KnownFile = {
  document_id: DocumentId;
  file: string;
  outcome: "already_imported";
  /** What the document is called that has these bytes. */
  name: string;
  in_trash: boolean;
};
export type AddOutcome =
  | { document_id: DocumentId; file: string; filename: string; status: DocumentStatus }
  | KnownFile
  | { file: string; error: UserError };

export type BatchSummary = {
  read: DocumentId[];
  failed: DocumentId[];
  needs_review: number;
  failed_names: string[];
  only_name: string | null;
};

export type Theme = "system" | "light" | "dark";
/** What the window speaks. */
export type Language = "system" | "en" | "de";
export type Settings = {
  theme: Theme;
  language: Language;
  notify: boolean;
  close_to_tray: boolean;
  pause_on_battery: boolean;
  history_days: number;
  told_about_tray: boolean;
  keep_awake: boolean;
  /** The trash empties itself after so many days; 0 never. */
  trash_days: number;
  /** Who else is told when a batch is ready. */
  tell: Tell;
  /** The person was asked for a drop folder, and has chosen one or none. */
  welcomed: boolean;
  /** Ways to look at the Inbox. */
  views: SavedView[];
};
export type TellTarget = "webhook" | "mail";
export type Webhook = { on: boolean; url: string };
export type MailSecurity = "tls" | "start_tls" | "none";
export type Mail = { on: boolean; server: string; port: number; security: MailSecurity; user: string; from: string; to: string };
export type Tell = { webhook: Webhook; mail: Mail };
export const DEFAULTS: Settings = {
  theme: "system", language: "system", notify: true, close_to_tray: true, pause_on_battery: true, history_days: 30, told_about_tray: false,
  keep_awake: true, trash_days: 30, welcomed: false, views: [],
  tell: { webhook: { on: false, url: "" }, mail: { on: false, server: "", port: 465, security: "tls", user: "", from: "", to: "" } },
};

export type FolderId = number;
export type SubFolders = "nothing" | "tags";
export type AfterImport = "leave" | "processed" | "trash";
export type Changed = "document" | "version";
export type NewDropFolder = {
  path: string;
  recursive: boolean;
  /** What the names of sub-folders mean. */
  subfolders: SubFolders;
  /** What becomes of an original whose copy is safe. */
  after: AfterImport;
  ignore: string[];
  /** What a file means that changed after it was taken in. */
  changed: Changed;
};
export type DropFolder = NewDropFolder & { id: FolderId; active: boolean };
export type FolderState = "off" | "starting" | "watching" | "polling" | "missing" | "unreadable";
export type Fate = "imported" | "duplicate" | "ignored" | "waiting" | "failed";
export const FATES: Fate[] = ["imported", "duplicate", "ignored", "waiting", "failed"];
/** `seen` is the sum of the others. */
export type LedgerCounts = { seen: number } & Record<Fate, number>;
export type FolderView = {
  folder: DropFolder;
  counts: LedgerCounts;
  /** Seen, and given a moment to be written. */
  in_hand: number;
  state: FolderState;
  message: string;
  error: UserError | null;
};
export type LedgerEntry = {
  id: number;
  folder_id: FolderId;
  path: string;
  fate: Fate;
  reason: string | null;
  document_id: DocumentId | null;
  size: number;
  seen_at: Timestamp;
};
/** Newest first; `before` is the last id so far. */
export type LedgerQuery = { folder: FolderId | null; fate: Fate | null; before: number | null; limit: number };
export type LedgerPage = { entries: LedgerEntry[]; more: boolean };

/** Bytes. */
export type Storage = {
  library: string;
  /** Those in the trash included. */
  originals: number;
  pictures: number;
  database: number;
  /** Originals that only documents in the trash need. */
  trash: number;
  trash_documents: number;
  free: number | null;
};

/** What was added for a first look and is still there. */
export type Samples = { documents: DocumentId[]; collection: string | null };

export type Snapshot = {
  seq: number;
  status: QueueStatus;
  counts: InboxCounts;
  settings: Settings;
  library: string;
  version: string;
  health: Health;
  pause: Pause | null;
};

export type EngineEvent =
  | { kind: "documents_changed"; ids: DocumentId[] }
  | { kind: "job_changed"; job: Job }
  | { kind: "queue_changed"; status: QueueStatus; counts: InboxCounts; pause: Pause | null }
  | { kind: "folders_changed"; ids: FolderId[] }
  | { kind: "collections_changed"; ids: string[] }
  | { kind: "metadata_step"; document_id: DocumentId; step: string; message: string; at: Timestamp }
  | { kind: "batch_finished"; summary: BatchSummary };

export type EventBatch = { seq: number; events: EngineEvent[] };
export type Navigate = { document_id: DocumentId | null; view: string };
export type FilesAdded = { outcomes: AddOutcome[] };

/** The query of all jobs. */
export const ALL_JOBS: JobQuery = { states: [], owner: null, code: null, before: null, limit: 0 };

/** A folder as it is suggested: everything in it, originals left where they are. */
export const NEW_FOLDER: NewDropFolder = {
  path: "", recursive: true, subfolders: "nothing", after: "leave", ignore: [], changed: "document",
};

/** The query of an unfiltered list. */
export const ALL_DOCUMENTS: DocumentQuery = {
  filter: "all", doc_type: null, tag: null, status: null, text: null, sort: "added", ascending: false, only: [], after: null, limit: 0,
};
