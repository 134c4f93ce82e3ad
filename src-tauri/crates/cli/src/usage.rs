//! The command line's words.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use papertray_model::{
    AfterImport, Changed, DocumentId, DocumentStatus, Duplicates, ErrorCode, ExportFormat, JobId, JobState,
    ReadMode, SubFolders,
};

/// Reads paper: files in, checked values out. Everything happens on this computer.
#[derive(Debug, Parser)]
#[command(name = "papertray-cli", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The library's folder [default: PAPERTRAY_LIBRARY, else the system's place for application data].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
    /// One JSON object a line on standard output, nothing else.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Tell on standard error what happens.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read files and print what they say; no library is kept.
    Read {
        /// Files to read.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The password of encrypted files.
        #[arg(long)]
        password: Option<String>,
        /// When pages are recognised: auto, redo, force, off.
        #[arg(long, value_name = "MODE", value_parser = parse_mode, default_value = "auto")]
        ocr: ReadMode,
    },
    /// Add files (folders are walked) to the library; `work` or the window reads them.
    Add {
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Read them now and answer when they are done.
        #[arg(long)]
        wait: bool,
        /// Only store them; `process` has them read.
        #[arg(long, conflicts_with = "wait")]
        stage: bool,
        /// What becomes of files that are in the library already: `skip`, `keep` (a document of its own) or `version`
        /// (a new version of the first).
        #[arg(long, value_parser = parse_duplicates, default_value = "skip")]
        duplicates: Duplicates,
    },
    /// Have documents read that were added with --stage: these, or all of them.
    Process {
        /// Which; none: all that are staged.
        documents: Vec<DocumentId>,
        /// Read them now and answer when they are done.
        #[arg(long)]
        wait: bool,
    },
    /// The documents, newest first.
    List {
        /// Only in this state: uploading, processing, ocr_complete, partial, failed, cancelled.
        #[arg(long, value_parser = parse_status)]
        state: Option<DocumentStatus>,
        /// Only of this type: invoice, receipt, ….
        #[arg(long = "type", value_name = "TYPE")]
        doc_type: Option<String>,
        /// Only with this tag.
        #[arg(long)]
        tag: Option<String>,
        /// At most this many [default: all].
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Find documents: words, "phrases", begin*, -without, type: tag: vendor: status: currency: date:2026-05..2026-07
    /// amount:>100.
    Search {
        /// What to find; a word that begins with `-` stands in quotes with the others.
        #[arg(required = true)]
        query: Vec<String>,
        /// At most this many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Write documents out: csv (rows of goods beside it), json, xlsx, or the original files into a folder.
    Export {
        /// Which, in this order.
        #[arg(required = true)]
        documents: Vec<DocumentId>,
        /// csv, json, xlsx, original.
        #[arg(long, value_parser = parse_format)]
        format: ExportFormat,
        /// Columns, parted by commas: names of values, display_name, doc_type, tags, filename, status, …
        #[arg(long, value_delimiter = ',')]
        columns: Vec<String>,
        /// The file to write; for `original` a folder.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the whole library into one file.
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// Bring a backup back into the library's folder, which must be empty or not there.
    Restore {
        /// The backup.
        file: PathBuf,
    },
    /// Move the library to a folder that is empty or not there; what was there is compared before the old one goes.
    MoveLibrary {
        /// Where to.
        folder: PathBuf,
    },
    /// One document with its values and pages.
    Show {
        /// Which.
        document: DocumentId,
        /// With every word and its box.
        #[arg(long)]
        words: bool,
    },
    /// Read a failed, cancelled or partly read document again; what was read is not read twice.
    Retry {
        /// Which.
        document: DocumentId,
        /// Also where it used up its retries.
        #[arg(long)]
        anyway: bool,
        /// The password of an encrypted file.
        #[arg(long)]
        password: Option<String>,
    },
    /// Make a read document's name, tags and summary anew.
    Regenerate {
        /// Which.
        document: DocumentId,
    },
    /// Read a document again from its stored original, every page of it, before all others.
    Refresh {
        /// Which.
        document: DocumentId,
        /// Only list when it was refreshed before.
        #[arg(long)]
        history: bool,
        /// Only this page, from 1.
        #[arg(long, value_name = "N", conflicts_with = "history")]
        page: Option<u32>,
        /// With --page: when it is recognised (auto, redo, force, off).
        #[arg(long, value_name = "MODE", value_parser = parse_mode, requires = "page", default_value = "force")]
        ocr: ReadMode,
    },
    /// Stop what works on a document, or one job, or everything.
    Cancel {
        /// A document's id, a job's number, or `all`.
        target: String,
    },
    /// Try every failed document again.
    RetryFailed {
        /// Only those that failed with this code (`timed_out`, `encrypted`, …).
        #[arg(long, value_parser = parse_code)]
        cause: Option<ErrorCode>,
    },
    /// A person's correction of a value, or of display_name, summary or language: locked from then on.
    Set {
        /// Which document.
        document: DocumentId,
        /// Which value.
        field: String,
        /// What it is; empty takes it away.
        value: String,
    },
    /// Give a document tags (`+tag`) and take them away (`-tag`).
    Tag {
        /// Which document.
        document: DocumentId,
        /// What to change.
        #[arg(required = true, allow_hyphen_values = true, value_name = "+TAG|-TAG")]
        changes: Vec<String>,
    },
    /// The types of documents: those built in, and your own in the library's folder `doctypes`.
    Types {
        /// Only the JSON Schema of this type's values.
        #[arg(long, value_name = "TYPE")]
        schema: Option<String>,
    },
    /// Understand documents anew from the words that are kept, after a type was changed; nothing is read again.
    Replay {
        /// Which.
        #[arg(required_unless_present = "doc_type")]
        documents: Vec<DocumentId>,
        /// All of this type instead; `unknown`: all of none.
        #[arg(long = "type", value_name = "TYPE", conflicts_with = "documents")]
        doc_type: Option<String>,
    },
    /// What the last run over a document changed: the machine's earlier value, yours, the machine's new one.
    Diff {
        /// Which.
        document: DocumentId,
    },
    /// Say on which pages a file's documents begin; no pages: it holds one.
    Split {
        /// Which.
        document: DocumentId,
        /// Pages from 2 on.
        pages: Vec<u32>,
        /// As the pages say themselves.
        #[arg(long, conflicts_with = "pages")]
        reset: bool,
    },
    /// The pages of a document: look at them, or put them in another order. The file stays as it is.
    Pages {
        /// Which.
        document: DocumentId,
        /// The pages that stay, by their numbers now, in order; `3:90` is page 3 turned by 90 degrees clockwise.
        #[arg(long, value_delimiter = ',', value_name = "N[:DEGREES]")]
        order: Vec<String>,
        /// As the file has them.
        #[arg(long, conflicts_with = "order")]
        reset: bool,
    },
    /// Make a new document of some pages; the others stay.
    SplitOff {
        /// Which.
        document: DocumentId,
        /// Pages from 1 on.
        #[arg(required = true)]
        pages: Vec<u32>,
    },
    /// Put the pages of documents behind those of the first; the others go to the trash.
    Merge {
        /// Two or more.
        #[arg(required = true, num_args = 2..)]
        documents: Vec<DocumentId>,
    },
    /// Documents that may be one paper, in pairs; `--different A B`: these are two.
    Duplicates {
        /// These two are different papers.
        #[arg(long, num_args = 2, value_name = "DOC")]
        different: Vec<DocumentId>,
    },
    /// What accepted corrections taught about vendors' paper.
    Lessons,
    /// Accept a document's values: its drafts are made, and its corrections are learned from.
    Accept {
        /// Which.
        document: DocumentId,
    },
    /// Forget what was learned: one lesson by its number, or all about a vendor.
    Forget {
        /// A lesson's number, or a vendor as `lessons` names it.
        which: String,
    },
    /// Linesheets and purchase orders on their way to items.
    Collection {
        #[command(subcommand)]
        verb: crate::collections::CollectionVerb,
    },
    /// Services outside this computer. As it comes there are none, and nothing leaves this computer.
    Provider {
        #[command(subcommand)]
        verb: crate::services::ProviderVerb,
    },
    /// What was sent to services, newest first.
    Privacy {
        /// At most this many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// When pages are recognised: `auto` takes a page's own text where it is good, `redo` recognises what other programs
    /// recognised, `force` recognises every page, `off` none.
    Ocr {
        /// auto, redo, force or off; none: only say which.
        #[arg(value_parser = parse_mode)]
        mode: Option<ReadMode>,
    },
    /// What happens at a page that cannot be read: `stop` ends its document's reading, `go-on` reads the others.
    BadPages {
        /// stop or go-on; neither: only say which.
        #[arg(value_parser = ["stop", "go-on"])]
        what: Option<String>,
    },
    /// Put a document into the trash.
    Remove {
        /// Which.
        document: DocumentId,
    },
    /// Take a document out of the trash.
    RestoreRemoved {
        /// Which.
        document: DocumentId,
    },
    /// Run the queue until it is empty.
    Work,
    /// Run a drop folder: what is put into it is taken in and read, until this program is stopped.
    Watch(Watch),
    /// Every file that was seen in drop folders and what became of it, newest first.
    Ledger {
        /// Only of this drop folder.
        dir: Option<PathBuf>,
    },
    /// The jobs, newest first.
    Jobs {
        /// Only in this state: pending, processing, completed, failed, cancelled, paused, scheduled, waiting.
        #[arg(long, value_parser = parse_job_state)]
        state: Option<JobState>,
        /// Failed ones by cause instead.
        #[arg(long)]
        causes: bool,
    },
    /// One job.
    Job {
        /// Its number.
        #[arg(value_parser = parse_job)]
        id: JobId,
        /// With its log.
        #[arg(long)]
        log: bool,
        /// Set it aside, let it go on, or put it before all others.
        #[arg(long = "do", value_name = "ACT")]
        act: Option<JobAct>,
    },
    /// The queue as a whole.
    Queue {
        #[command(subcommand)]
        verb: QueueVerb,
    },
    /// Whether the queue moves and everything that reading needs is there.
    Health,
    /// What the queue did, in the text form that Prometheus reads; with --json the last hours by span.
    Metrics {
        /// How many hours back.
        #[arg(long, default_value_t = 24)]
        hours: u32,
    },
    /// Add samples for a first look: documents of every kind, and a collection with a linesheet and an order.
    Samples {
        /// Put them into the trash instead.
        #[arg(long)]
        remove: bool,
    },
    /// Check the database, every stored file, and that the reader's parts load.
    Doctor,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Watch {
    /// The folder. How it is watched is kept; what is not said stays as it was.
    pub(crate) dir: PathBuf,
    /// Only until every file that is in it now has its fate; what was taken is read by `work`.
    #[arg(long)]
    pub(crate) once: bool,
    /// With --once: read what was taken, too.
    #[arg(long, requires = "once")]
    pub(crate) wait: bool,
    /// Watch its sub-folders, too [default: true].
    #[arg(long, value_name = "BOOL")]
    pub(crate) recursive: Option<bool>,
    /// What becomes of the originals: leave, processed, trash [default: leave].
    #[arg(long, value_name = "WHAT", value_parser = parse_after)]
    pub(crate) after: Option<AfterImport>,
    /// What the names of sub-folders mean: nothing, tags [default: nothing].
    #[arg(long, value_name = "WHAT", value_parser = parse_subfolders)]
    pub(crate) subfolders: Option<SubFolders>,
    /// What a file means that changed after it was taken in: `document` (one of its own) or `version`.
    #[arg(long, value_name = "WHAT", value_parser = parse_changed)]
    pub(crate) changed: Option<Changed>,
    /// Leave files alone whose name (with `/`: whose path) matches; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) ignore: Vec<String>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum QueueVerb {
    /// How many jobs stand where.
    Status,
    /// Take up no new work, also after a restart.
    Pause {
        /// Give back what runs, too; its read pages are kept.
        #[arg(long)]
        suspend: bool,
        /// Go on by itself after so many minutes.
        #[arg(long = "for", value_name = "MINUTES")]
        minutes: Option<u32>,
    },
    /// Take up work again.
    Resume,
}

/// What may be done to one job.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum JobAct {
    /// Set it aside until it is resumed.
    Pause,
    /// Let it go on.
    Resume,
    /// Put it before all others.
    Next,
}

fn parse_after(word: &str) -> Result<AfterImport, String> {
    AfterImport::parse(word).ok_or_else(|| format!("`{word}` is none of leave, processed, trash"))
}

fn parse_subfolders(word: &str) -> Result<SubFolders, String> {
    SubFolders::parse(word).ok_or_else(|| format!("`{word}` is none of nothing, tags"))
}

fn parse_changed(word: &str) -> Result<Changed, String> {
    Changed::parse(word).ok_or_else(|| format!("`{word}` is none of document, version"))
}

fn parse_duplicates(word: &str) -> Result<Duplicates, String> {
    Duplicates::parse(word).ok_or_else(|| format!("`{word}` is none of skip, keep, version"))
}

fn parse_format(word: &str) -> Result<ExportFormat, String> {
    ExportFormat::parse(word).ok_or_else(|| format!("`{word}` is none of csv, json, xlsx, original, pdf"))
}

fn parse_code(word: &str) -> Result<ErrorCode, String> {
    serde_json::from_value(word.into()).map_err(|_| format!("`{word}` is no cause"))
}

fn parse_mode(word: &str) -> Result<ReadMode, String> {
    ReadMode::parse(word).ok_or_else(|| format!("`{word}` is none of auto, redo, force, off"))
}

fn parse_status(word: &str) -> Result<DocumentStatus, String> {
    DocumentStatus::parse(word).ok_or_else(|| format!("`{word}` is no document state"))
}

fn parse_job_state(word: &str) -> Result<JobState, String> {
    JobState::parse(word).ok_or_else(|| format!("`{word}` is no job state"))
}

pub(crate) fn parse_job(word: &str) -> Result<JobId, String> {
    word.parse().map(JobId).map_err(|_| format!("`{word}` is no job number"))
}
