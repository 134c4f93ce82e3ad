//! Pauses of the whole queue: by a person, for a time, or because the computer needs its battery or its disk.

use std::sync::{Mutex, MutexGuard, PoisonError};

use papertray_model::{Pause, PauseCause, PauseMode, Settings, Timestamp};

use crate::{Engine, Result, SETTINGS, Shared, errors};

const PAUSE: &str = "pause";
/// Less room than this on the library's disk pauses the queue …
pub(crate) const LOW_DISK: u64 = 500 * 1024 * 1024;
/// … and it goes on with this much: a little more, so that it does not flap.
const ENOUGH_DISK: u64 = LOW_DISK + 200 * 1024 * 1024;

/// The pause under way.
#[derive(Default)]
pub(crate) struct Paused {
    pause: Mutex<Option<Pause>>,
    /// A person went on in spite of this cause: it pauses again only after it has passed once.
    overruled: Mutex<Option<PauseCause>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Paused {
    pub(crate) fn new(pause: Option<Pause>) -> Self {
        Self { pause: Mutex::new(pause), overruled: Mutex::default() }
    }

    pub(crate) fn get(&self) -> Option<Pause> {
        *locked(&self.pause)
    }
}

impl Engine {
    /// Takes up no new work until [`Engine::resume`] or for `minutes`, also across restarts. Running work is finished,
    /// or with [`PauseMode::Suspend`] given back: its read pages are kept.
    pub async fn pause(&self, mode: PauseMode, minutes: Option<u32>) -> Result<()> {
        let since = self.shared.clock.now();
        let until = minutes.map(|minutes| since.plus_ms(i64::from(minutes) * 60_000));
        self.shared.set_pause(Some(Pause { cause: PauseCause::Person, mode, since, until })).await
    }

    /// Takes up work again, whatever paused it.
    pub async fn resume(&self) -> Result<()> {
        let cause = self.shared.paused.get().map(|pause| pause.cause);
        *locked(&self.shared.paused.overruled) = cause;
        self.shared.set_pause(None).await
    }

    /// The pause under way.
    pub fn paused(&self) -> Option<Pause> {
        self.shared.paused.get()
    }
}

impl Shared {
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.get().is_some()
    }

    async fn set_pause(&self, pause: Option<Pause>) -> Result<()> {
        self.store.write(move |w| w.set_setting(PAUSE, &pause)).await.map_err(errors::store)?;
        *locked(&self.paused.pause) = pause;
        if pause.is_some_and(|pause| pause.mode == PauseMode::Suspend) {
            self.queue.give_back_all();
        }
        self.queue.wake_all();
        self.queue.rescheduled.notify_one();
        Ok(())
    }

    /// The pause that an earlier process left.
    pub(crate) fn stored_pause(store: &papertray_store::Store, now: Timestamp) -> Result<Option<Pause>> {
        let pause: Option<Option<Pause>> = store.read(|r| r.setting(PAUSE)).map_err(errors::store)?;
        Ok(pause.flatten().filter(|pause| pause.until.is_none_or(|until| until > now)))
    }

    /// Ends a pause whose time is over, and pauses or goes on as the surroundings ask for.
    pub(crate) async fn adapt(&self) {
        let (pause, now) = (self.paused.get(), self.clock.now());
        if pause.is_some_and(|pause| pause.until.is_some_and(|until| until <= now)) {
            self.change_pause(None, "the pause is over").await;
            return;
        }
        let wanted = self.asked_for(pause.map(|pause| pause.cause));
        {
            let mut overruled = locked(&self.paused.overruled);
            if overruled.is_some() && *overruled != wanted {
                *overruled = None;
            }
            if wanted.is_some() && *overruled == wanted {
                return;
            }
        }
        match (pause, wanted) {
            (None, Some(cause)) => {
                let pause = Pause { cause, mode: PauseMode::Drain, since: now, until: None };
                self.change_pause(Some(pause), "paused by the computer's state").await;
            }
            (Some(Pause { cause: PauseCause::Battery | PauseCause::LowDisk, .. }), None) => {
                self.change_pause(None, "what paused the queue has passed").await;
            }
            _ => {}
        }
    }

    /// What the surroundings ask for, given what pauses the queue already.
    fn asked_for(&self, now: Option<PauseCause>) -> Option<PauseCause> {
        let floor = if now == Some(PauseCause::LowDisk) { ENOUGH_DISK } else { LOW_DISK };
        if self.surroundings.free_disk(self.store.root()).is_some_and(|free| free < floor) {
            return Some(PauseCause::LowDisk);
        }
        let settings: Settings = self.store.read(|r| r.setting(SETTINGS)).ok().flatten().unwrap_or_default();
        (settings.pause_on_battery && self.surroundings.saves_battery()).then_some(PauseCause::Battery)
    }

    async fn change_pause(&self, pause: Option<Pause>, why: &str) {
        tracing::info!("{why}: {pause:?}");
        if let Err(e) = self.set_pause(pause).await {
            tracing::error!("the queue's pause could not be stored: {e}");
        }
    }
}
