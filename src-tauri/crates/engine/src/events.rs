//! What happens, told to whoever listens, each event with a number.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use papertray_model::{EngineEvent, EventBatch};
use tokio::sync::broadcast;

/// A listener may fall behind by so many events before it must take a new snapshot.
const BACKLOG: usize = 4096;
/// Events this close together travel in one batch, so that progress never floods a window.
const BATCH_WINDOW: Duration = Duration::from_millis(60);

pub(crate) struct Events {
    // The number and the sending are one step: numbers arrive in order.
    seq: Mutex<u64>,
    sender: broadcast::Sender<(u64, EngineEvent)>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self { seq: Mutex::new(0), sender: broadcast::channel(BACKLOG).0 }
    }

    pub(crate) fn send(&self, event: EngineEvent) {
        let mut seq = self.seq.lock().unwrap_or_else(PoisonError::into_inner);
        *seq += 1;
        // Nobody listening is fine.
        let _ = self.sender.send((*seq, event));
    }

    /// The number of the last event.
    pub(crate) fn seq(&self) -> u64 {
        *self.seq.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        Subscription { receiver: self.sender.subscribe() }
    }
}

/// Hears events.
pub struct Subscription {
    receiver: broadcast::Receiver<(u64, EngineEvent)>,
}

impl Subscription {
    /// The next event with its number; `None` when the engine is gone. A listener that fell too far behind hears
    /// only what is still kept: the gap in the numbers tells.
    pub async fn next(&mut self) -> Option<(u64, EngineEvent)> {
        loop {
            match self.receiver.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "a listener fell behind");
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// The next events that happen close together, joined: of several states of one job only the last, document
    /// changes as one list, and the queue's counts once.
    pub async fn next_batch(&mut self) -> Option<EventBatch> {
        let (mut seq, first) = self.next().await?;
        let mut events = vec![first];
        let window = tokio::time::sleep(BATCH_WINDOW);
        tokio::pin!(window);
        loop {
            tokio::select! {
                () = &mut window => break,
                event = self.next() => match event {
                    Some((number, event)) => {
                        seq = number;
                        events.push(event);
                    }
                    None => break,
                },
            }
        }
        Some(EventBatch { seq, events: join(events) })
    }
}

fn join(events: Vec<EngineEvent>) -> Vec<EngineEvent> {
    let mut joined: Vec<EngineEvent> = vec![];
    for event in events {
        let earlier = joined.iter_mut().find(|kept| match (&**kept, &event) {
            (EngineEvent::JobChanged { job: a }, EngineEvent::JobChanged { job: b }) => a.id == b.id,
            (EngineEvent::DocumentsChanged { .. }, EngineEvent::DocumentsChanged { .. })
            | (EngineEvent::FoldersChanged { .. }, EngineEvent::FoldersChanged { .. })
            | (EngineEvent::QueueChanged { .. }, EngineEvent::QueueChanged { .. }) => true,
            _ => false,
        });
        match (earlier, event) {
            (Some(EngineEvent::DocumentsChanged { ids }), EngineEvent::DocumentsChanged { ids: more }) => {
                add_new(ids, more);
            }
            (Some(EngineEvent::FoldersChanged { ids }), EngineEvent::FoldersChanged { ids: more }) => {
                add_new(ids, more);
            }
            (Some(kept), event) => *kept = event,
            (None, event) => joined.push(event),
        }
    }
    joined
}

fn add_new<T: PartialEq>(ids: &mut Vec<T>, more: Vec<T>) {
    for id in more {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use papertray_model::DocumentId;

    use super::*;

    #[tokio::test]
    async fn what_happens_together_travels_together() {
        let events = Events::new();
        let mut listener = events.subscribe();
        let (a, b) = (DocumentId::new(), DocumentId::new());
        for ids in [vec![a], vec![b], vec![a]] {
            events.send(EngineEvent::DocumentsChanged { ids });
        }
        let batch = listener.next_batch().await.unwrap();
        assert_eq!(batch.seq, 3);
        assert_eq!(batch.events, [EngineEvent::DocumentsChanged { ids: vec![a, b] }]);
        assert_eq!(events.seq(), 3);
    }
}
