//! One child process: started, asked, watched, killed.
//!
//! A child that is dropped is killed and reaped; so a request whose future is dropped midway (a cancelled job) takes
//! its child with it, and nothing ever talks to a child that is out of step.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::task::JoinHandle;

use crate::frame;
use crate::line::Line;
use crate::wire::{ANSWER_CAP, Answer, REQUEST_CAP, Request};
use crate::{PoolConfig, ReadError};

/// How often a working child's memory is looked at.
const WATCH: Duration = Duration::from_millis(100);
/// Lines of a child's log kept to tell why it ended.
const LOG_LINES: usize = 20;
/// Pages after which a child is replaced: what libraries leak stays small.
const PAGES_BEFORE_REPLACEMENT: u32 = 5000;

/// How long an answer may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Of the child's processor time: what counts, because a busy computer makes no page harder.
    pub(crate) cpu: Duration,
    /// On the clock: for a child that sleeps, and where processor time cannot be seen.
    pub(crate) wall: Duration,
}

/// Why a request got no answer. The child is gone in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    TimedOut,
    OutOfMemory,
    Crashed,
}

pub(crate) struct ReaderProcess {
    child: Option<Child>,
    line: Line,
    stdout: BufReader<ChildStdout>,
    log: Arc<Mutex<VecDeque<String>>>,
    log_reader: Option<JoinHandle<()>>,
    pid: Option<u32>,
    peak_mib: u64,
    answered: u32,
}

impl ReaderProcess {
    /// Starts a child. The calling thread must outlive it: Linux tells a child of its parent *thread's* death.
    pub(crate) fn start(config: &PoolConfig) -> std::io::Result<Self> {
        let (line, standard_input) = Line::new()?;
        let mut command = Command::new(&config.program);
        command
            .arg("--native")
            .arg(&config.native)
            .args(["--parent", &std::process::id().to_string()])
            .args(config.prepared.iter().filter(|f| f.is_dir()).flat_map(|f| [Path::new("--prepared"), f]))
            .args(["--memory-mib", &config.memory_cap_mib.to_string()])
            .args(["--pixel-budget", &config.pixel_budget.to_string()])
            .env_clear()
            .env("LANG", "C.UTF-8")
            // Freed pictures and tensors go back to the system at once, instead of staying in the heap's gaps (glibc).
            .env("MALLOC_MMAP_THRESHOLD_", "1048576")
            .stdin(standard_input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for kept in ["SystemRoot", "PAPERTRAY_READER_LOG", FAULT_VARIABLE] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if let Some(fault) = &config.fault {
            command.env(FAULT_VARIABLE, fault);
        }
        let mut child = command.spawn()?;
        #[cfg(not(unix))]
        let line = Line(child.stdin.take());
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(std::io::Error::other("a pipe is missing"));
        };
        let log = Arc::default();
        let log_reader = tokio::spawn(keep_log(stderr, Arc::clone(&log), child.id()));
        Ok(Self {
            pid: child.id(),
            child: Some(child),
            line,
            stdout: BufReader::with_capacity(64 << 10, stdout),
            log,
            log_reader: Some(log_reader),
            peak_mib: 0,
            answered: 0,
        })
    }

    /// Asks and waits for the answer, while the child keeps to its bounds.
    /// After a [`Failure`] the child must be dropped.
    pub(crate) async fn ask(
        &mut self,
        request: &Request,
        patience: Patience,
        cap_mib: u64,
    ) -> Result<Answer, Failure> {
        self.ask_with(request, None, patience, cap_mib).await
    }

    /// The same, and hands it an open file with the request.
    pub(crate) async fn ask_with(
        &mut self,
        request: &Request,
        file: Option<&std::fs::File>,
        patience: Patience,
        cap_mib: u64,
    ) -> Result<Answer, Failure> {
        let Self { line, stdout, pid, peak_mib, .. } = self;
        let exchange = async {
            line.send(&frame::pack(request, REQUEST_CAP)?, file).await?;
            frame::receive::<Answer>(stdout, ANSWER_CAP).await
        };
        let outcome = tokio::select! {
            answer = exchange => Some(answer),
            failure = out_of_bounds(*pid, cap_mib, patience.cpu, peak_mib) => return Err(failure),
            () = tokio::time::sleep(patience.wall) => None,
        };
        match outcome {
            None => Err(Failure::TimedOut),
            Some(Ok(answer)) => {
                self.answered += 1;
                Ok(answer)
            }
            Some(Err(error)) => Err(self.why_it_ended(&error, cap_mib).await),
        }
    }

    /// Tells running out of memory from any other end, by the exit status and the last words.
    async fn why_it_ended(&mut self, error: &std::io::Error, cap_mib: u64) -> Failure {
        let status = match self.child.as_mut() {
            Some(child) => tokio::time::timeout(Duration::from_secs(1), child.wait()).await.ok(),
            None => None,
        };
        if let Some(reader) = self.log_reader.take() {
            let _ = tokio::time::timeout(Duration::from_millis(200), reader).await;
        }
        let status = status.and_then(Result::ok);
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner).make_contiguous().join("\n");
        tracing::warn!(pid = self.pid, ?status, %error, last_words = %log, "a reader ended");
        let starved = ["memory allocation of", "bad_alloc", "out of memory", "Out of memory"];
        let killed_while_large = killed(status) && self.peak_mib * 2 > cap_mib;
        if killed_while_large || starved.iter().any(|words| log.contains(words)) {
            Failure::OutOfMemory
        } else {
            Failure::Crashed
        }
    }

    /// Kills it and waits until it is gone.
    pub(crate) async fn end(mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill().await;
        }
    }

    /// Whether it may serve another document.
    pub(crate) fn is_fit(&mut self, cap_mib: u64) -> bool {
        let alive = self.child.as_mut().is_some_and(|c| matches!(c.try_wait(), Ok(None)));
        alive
            && self.answered < PAGES_BEFORE_REPLACEMENT
            && resident_mib(self.pid).is_none_or(|mib| mib * 10 < cap_mib * 6)
    }
}

impl Drop for ReaderProcess {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.start_kill();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { child.wait().await });
        } // Without a runtime Tokio's list of orphans reaps it.
    }
}

/// Has the compiled models made where there are none yet, by a process of its own that reads nothing but its own
/// parts, takes a few seconds and outlives a short run; children that start meanwhile compile for themselves.
pub(crate) fn prepare(config: &PoolConfig) -> std::io::Result<()> {
    let Some(folder) = config.prepared.as_ref().filter(|folder| !folder.exists()) else { return Ok(()) };
    let mut command = Command::new(&config.program);
    command
        .arg("--native")
        .arg(&config.native)
        .arg("--prepare")
        .arg(folder)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn()?;
    tokio::spawn(async move { child.wait().await });
    Ok(())
}

pub(crate) const FAULT_VARIABLE: &str = "PAPERTRAY_READER_FAULT";

/// The error of the page that a failure cost.
pub(crate) fn failure_to_error(failure: Failure, what: &str, config: &PoolConfig) -> ReadError {
    use papertray_model::ErrorCode;
    match failure {
        Failure::TimedOut => ReadError::new(
            ErrorCode::TimedOut,
            format!("{what} took longer than {} seconds and was given up.", config.page_timeout.as_secs()),
            "Try again when the computer is less busy.",
        ),
        Failure::OutOfMemory => ReadError::new(
            ErrorCode::OutOfMemory,
            format!("{what} needs more than {} MB of memory.", config.memory_cap_mib),
            "Split the file, or scale its pictures down.",
        ),
        Failure::Crashed => ReadError::new(
            ErrorCode::ReaderCrashed,
            format!("The reader ended unexpectedly at {}.", lower_first(what)),
            "Try again; if it happens again, the file is damaged.",
        ),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

async fn keep_log(stderr: ChildStderr, log: Arc<Mutex<VecDeque<String>>>, pid: Option<u32>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(mut line)) = lines.next_line().await {
        let end = line.floor_char_boundary(500);
        line.truncate(end);
        tracing::debug!(pid, "reader: {line}");
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == LOG_LINES {
            log.pop_front();
        }
        log.push_back(line);
    }
}

/// Ends when the child holds more memory than `cap_mib` or has used more processor time than `most`; never where that
/// cannot be seen.
async fn out_of_bounds(pid: Option<u32>, cap_mib: u64, most: Duration, peak_mib: &mut u64) -> Failure {
    let before = processor_time(pid);
    let mut tick = tokio::time::interval(WATCH);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match resident_mib(pid) {
            Some(mib) if mib > cap_mib => return Failure::OutOfMemory,
            Some(mib) => *peak_mib = (*peak_mib).max(mib),
            None => std::future::pending().await,
        }
        let used = processor_time(pid).zip(before).map(|(now, before)| now.saturating_sub(before));
        if used.is_some_and(|used| used > most) {
            return Failure::TimedOut;
        }
    }
}

/// The processor time a process has used, in user and system mode: fields 14 and 15 of proc(5)'s `stat`, in ticks of
/// 1/100 s. Linux only.
fn processor_time(pid: Option<u32>) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid?)).ok()?;
    // The second field, the name in brackets, may hold spaces.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Duration::from_millis((user + system) * 10))
}

/// A process's resident memory in MiB. Linux only; elsewhere the child's own limit is all there is.
fn resident_mib(pid: Option<u32>) -> Option<u64> {
    const PAGE_KIB: u64 = 4;
    let statm = std::fs::read_to_string(format!("/proc/{}/statm", pid?)).ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE_KIB / 1024)
}

fn killed(status: Option<ExitStatus>) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        status.and_then(|s| s.signal()) == Some(9)
    }
    #[cfg(not(unix))]
    {
        let _ = status;
        false
    }
}
