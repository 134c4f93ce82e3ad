//! Papertray without a face: one door for files, one durable queue, and the verbs that a window or a command line
//! calls.
//!
//! ```text
//! add ─► intake ─► [document + read_document] ─► worker ─► reader child ─► pages ─► understand
//!                                                   └► [ocr_complete + describe_document] ─► name, tags, summary
//! ```
//!
//! [`Engine::open`] takes the library's lock, puts interrupted work back into the queue and starts the workers;
//! [`Engine::subscribe`] hears what changes; [`Engine::shutdown`] gives running work back and stops. A file of verbs
//! a subject: `intake` (add), `staging` (add now, process later), `folders` (watch), `documents` (look, correct, remove), `pages` (arrange, split off, merge), `goods` (rows), `control` (cancel, retry, regenerate, pause),
//! `collections` (linesheets and orders on their way to items),
//! `health`. [`one_shot`] reads a file without a library.

mod backup;
mod collections;
mod config;
mod content;
mod control;
mod documents;
mod errors;
mod events;
mod export;
mod folders;
mod goods;
mod health;
mod housekeeping;
mod intake;
mod jobs;
mod knowledge;
mod meaning;
mod memory;
mod metrics_text;
mod moving;
pub mod one_shot;
mod pages;
mod pause;
mod place;
mod progress;
mod queue;
mod refresh;
mod retry;
mod samples;
mod search;
mod services;
mod sheaf;
mod staging;
mod surroundings;
mod trash;
mod twins;
mod worker;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use papertray_model::{Clock, Settings, UserError};
use papertray_providers::Keys;
use papertray_reader::ReaderPool;
use papertray_store::Store;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use backup::{BackedUp, Restored, restore_backup};
pub use collections::CollectionReport;
pub use config::{EngineConfig, default_library, find_reader, places};
pub use control::CancelReport;
pub use documents::Snapshot;
pub use events::Subscription;
pub use export::{Exported, USUAL_COLUMNS};
pub use folders::{FolderConfig, FolderTimes, Notice};
pub use health::Diagnosis;
pub use knowledge::TypesReport;
pub use moving::{MoveProgress, Moved};
pub use pages::SplitOff;
pub use papertray_model::ExportFormat;
pub use papertray_providers::Secret;
pub use place::Places;
pub use search::Found;
pub use surroundings::{Surroundings, ThisComputer};

/// The result of every verb.
pub type Result<T> = std::result::Result<T, UserError>;

const SETTINGS: &str = "settings";

/// An open library at work. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What workers and verbs share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) pool: ReaderPool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: events::Events,
    pub(crate) queue: queue::Queue,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    pub(crate) memory: memory::MemoryGate,
    pub(crate) paused: pause::Paused,
    pub(crate) folders: folders::Folders,
    pub(crate) keys: Arc<dyn Keys>,
    pub(crate) knowledge: knowledge::Known,
    pub(crate) services: services::Services,
    pub(crate) decks: collections::Decks,
    /// Held while stored files may not go: by a backup, and by whoever removes some.
    pub(crate) files_stay: tokio::sync::Mutex<()>,
    /// Papertray is about to end: nothing new is taken up.
    pub(crate) closing: AtomicBool,
    /// Cancelled when the engine stops.
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Shared {
    pub(crate) fn settings(&self) -> Result<Settings> {
        Ok(self.store.read(|r| r.setting(SETTINGS)).map_err(errors::store)?.unwrap_or_default())
    }
}

impl Engine {
    /// Opens the library, puts interrupted work back into the queue, and starts the workers. Must be called inside
    /// a tokio runtime.
    pub async fn open(config: EngineConfig) -> Result<Self> {
        let EngineConfig { library, pool, clock, surroundings, start_workers, folders, keys } = config;
        let store = {
            let folder = library.clone();
            blocking(move || Store::open(folder)).await?.map_err(|e| errors::opening(&e, &library))?
        };
        let shared = Arc::new(Shared {
            decks: collections::Decks::new(pool.native.join("fonts")),
            pool: ReaderPool::new(pool),
            events: events::Events::new(),
            queue: queue::Queue::new(),
            paused: pause::Paused::new(Shared::stored_pause(&store, clock.now())?),
            closing: AtomicBool::new(false),
            files_stay: tokio::sync::Mutex::default(),
            folders: folders::Folders::new(folders),
            keys,
            surroundings,
            knowledge: knowledge::Known::default(),
            services: services::Services::new(store.clone(), Arc::clone(&clock))?,
            memory: memory::MemoryGate::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            store,
            clock,
        });
        shared.recover().await?;
        shared.forget_opened();
        if start_workers {
            worker::start(&shared);
        }
        intake::resume_copies(&shared)?;
        folders::start(&shared)?;
        Ok(Self { shared })
    }

    /// Hears every event from now on.
    pub fn subscribe(&self) -> Subscription {
        self.shared.events.subscribe()
    }

    /// What a person set.
    pub fn settings(&self) -> Result<Settings> {
        self.shared.settings()
    }

    /// Keeps what a person set.
    pub async fn set_settings(&self, settings: Settings) -> Result<Settings> {
        let kept = settings.clone();
        self.shared.store.write(move |w| w.set_setting(SETTINGS, &kept)).await.map_err(errors::store)?;
        Ok(settings)
    }

    /// Takes up nothing new and waits until every run has ended with the page in hand; what is left goes on at the
    /// next start. [`Engine::shutdown`] follows.
    pub async fn finish_pages(&self) {
        self.shared.closing.store(true, Ordering::Release);
        self.shared.queue.give_back_all();
        self.shared.queue.until_idle().await;
    }

    /// Whether this engine was stopped: nothing goes on in it.
    pub fn is_stopped(&self) -> bool {
        self.shared.stop.is_cancelled()
    }

    /// Stops: running work is given back (it goes on at the next start) and every reader child ends.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(std::time::Duration::from_secs(5), self.shared.tasks.wait()).await.is_err() {
            tracing::warn!("some work did not stop within 5 s; it goes on at the next start");
        }
        self.shared.pool.close().await;
    }
}

/// Runs `f` where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(f).await.map_err(|e| errors::internal(&e))
}
