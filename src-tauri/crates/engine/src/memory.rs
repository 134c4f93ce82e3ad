//! Memory: pages are read side by side only while there is room for them.

use std::time::Duration;

use tokio::sync::Mutex;

use crate::Surroundings;

/// What a page in work may need at once: its pixels, the pictures made of them, and the models' buffers.
const PAGE: u64 = 400 * 1024 * 1024;
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Memory that never comes free must not stop the work: after so long the page is read all the same, alone.
const PATIENCE: u32 = 60;

/// Lets pages in.
#[derive(Default)]
pub(crate) struct MemoryGate {
    door: Mutex<()>,
}

impl MemoryGate {
    /// Waits until there is room for a page. Those that wait go in one after the other, so that each sees what the one
    /// before it took.
    pub(crate) async fn wait_for_room(&self, surroundings: &dyn Surroundings) {
        let has_room = || surroundings.free_memory().is_none_or(|free| free >= PAGE);
        if has_room() {
            return;
        }
        let _turn = self.door.lock().await;
        for waited in 0..PATIENCE {
            if has_room() {
                return;
            }
            if waited == 0 {
                tracing::info!("waiting for memory: less than {} MiB are free", PAGE / (1024 * 1024));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::atomic::{AtomicU64, Ordering},
    };

    use super::*;

    struct Memory(AtomicU64);

    impl Surroundings for Memory {
        fn free_disk(&self, _: &Path) -> Option<u64> {
            None
        }
        fn free_memory(&self) -> Option<u64> {
            Some(self.0.load(Ordering::SeqCst))
        }
        fn saves_battery(&self) -> bool {
            false
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_waits_until_there_is_room_but_not_for_ever() {
        let (gate, memory) = (MemoryGate::default(), Memory(AtomicU64::new(0)));
        let waits = tokio::time::timeout(Duration::from_secs(5), gate.wait_for_room(&memory));
        assert!(waits.await.is_err(), "there is no room");
        memory.0.store(PAGE, Ordering::SeqCst);
        let enters = tokio::time::timeout(Duration::from_secs(5), gate.wait_for_room(&memory));
        assert!(enters.await.is_ok());
        memory.0.store(0, Ordering::SeqCst);
        let in_the_end = tokio::time::timeout(Duration::from_secs(60), gate.wait_for_room(&memory));
        assert!(in_the_end.await.is_ok());
    }
}
