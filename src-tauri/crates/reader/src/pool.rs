//! The pool of children: at most `children` at a time, one to each open document, waiting in line for the rest.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use papertray_model::ErrorCode;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::process::{self, Patience, ReaderProcess, failure_to_error};
use crate::wire::{Answer, NativeVersions, OpenOptions, Request};
use crate::{OpenDocument, PoolConfig, ReadError};

/// A pool of reader children. Clones share it; the last clone's end kills what is left.
#[derive(Clone)]
pub struct ReaderPool {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: PoolConfig,
    seats: Arc<Semaphore>,
    idle: Mutex<Vec<ReaderProcess>>,
    starter: mpsc::Sender<StartOrder>,
    closed: AtomicBool,
}

struct StartOrder {
    runtime: Handle,
    reply: oneshot::Sender<std::io::Result<ReaderProcess>>,
}

impl std::fmt::Debug for ReaderPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReaderPool").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl ReaderPool {
    /// A pool with these bounds. Starts no child yet.
    pub fn new(config: PoolConfig) -> Self {
        let (starter, orders) = mpsc::channel();
        let for_thread = config.clone();
        // Children are killed when the thread that started them ends (PR_SET_PDEATHSIG), so one thread that lives
        // as long as the pool starts them all; a runtime's worker threads may come and go.
        let _ = std::thread::Builder::new()
            .name("reader-starter".into())
            .spawn(move || start_children(&for_thread, &orders));
        let seats = Arc::new(Semaphore::new(config.children.max(1)));
        Self {
            inner: Arc::new(Inner {
                config,
                seats,
                idle: Mutex::default(),
                starter,
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// Opens a file in a child; waits in line for a free one.
    pub async fn open(&self, path: &Path, options: OpenOptions) -> Result<OpenDocument, ReadError> {
        let seat = self.inner.seat().await?;
        OpenDocument::open(Arc::clone(&self.inner), seat, path, options).await
    }

    /// Whether the program, the native parts and the models load, and their versions.
    pub async fn check(&self) -> Result<NativeVersions, ReadError> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let _seat = self.inner.seat().await?;
        let mut process = self.inner.take_process().await?;
        let cap = self.inner.config.memory_cap_mib;
        match process.ask(&Request::Check, Patience { cpu: PATIENCE, wall: 2 * PATIENCE }, cap).await {
            Ok(Answer::Checked(versions)) => {
                self.inner.give_back(process);
                Ok(versions)
            }
            Ok(Answer::Failed(error)) => Err(error),
            Ok(_) => Err(ReadError::internal("The reader gave an answer that does not fit.")),
            Err(failure) => Err(ReadError::missing(format!(
                "The reader does not start: {}",
                failure_to_error(failure, "Its check", &self.inner.config).message
            ))),
        }
    }

    /// How many children may live at a time.
    pub fn children(&self) -> usize {
        self.inner.config.children.max(1)
    }

    /// Kills the idle children now and every other as its document is dropped; opens nothing any more.
    pub async fn close(&self) {
        self.inner.closed.store(true, Ordering::SeqCst);
        self.inner.seats.close();
        let idle = std::mem::take(&mut *self.inner.idle());
        for process in idle {
            process.end().await;
        }
    }
}

impl Inner {
    async fn seat(&self) -> Result<OwnedSemaphorePermit, ReadError> {
        Arc::clone(&self.seats).acquire_owned().await.map_err(|_| closed())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<ReaderProcess>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An idle child, or a new one. The caller holds a seat.
    pub(crate) async fn take_process(&self) -> Result<ReaderProcess, ReadError> {
        loop {
            let Some(mut process) = self.idle().pop() else { break };
            if process.is_fit(self.config.memory_cap_mib) {
                return Ok(process);
            }
        }
        self.start_process().await
    }

    /// A new child.
    pub(crate) async fn start_process(&self) -> Result<ReaderProcess, ReadError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(closed());
        }
        let (reply, started) = oneshot::channel();
        self.starter
            .send(StartOrder { runtime: Handle::current(), reply })
            .map_err(|_| ReadError::internal("The thread that starts readers is gone."))?;
        match started.await {
            Ok(Ok(process)) => Ok(process),
            Ok(Err(error)) => Err(ReadError::new(
                ErrorCode::ReaderMissing,
                format!("The reader program `{}` does not start: {error}.", self.config.program.display()),
                "Run the set-up again.",
            )),
            Err(_) => Err(ReadError::internal("The thread that starts readers is gone.")),
        }
    }

    /// Takes back a child that answered its last request and holds no file open.
    pub(crate) fn give_back(&self, mut process: ReaderProcess) {
        if !self.closed.load(Ordering::SeqCst) && process.is_fit(self.config.memory_cap_mib) {
            self.idle().push(process);
        }
    }
}

fn closed() -> ReadError {
    ReadError::new(ErrorCode::WrongState, "Papertray is closing and opens no more files.", "Start it again.")
}

fn start_children(config: &PoolConfig, orders: &mpsc::Receiver<StartOrder>) {
    let mut prepared = false;
    while let Ok(StartOrder { runtime, reply }) = orders.recv() {
        let _inside = runtime.enter();
        let _ = reply.send(ReaderProcess::start(config));
        if !std::mem::replace(&mut prepared, true)
            && let Err(error) = process::prepare(config)
        {
            tracing::warn!(%error, "models cannot be compiled in advance");
        }
    }
}
