//! Where a collection stands: its works and its tabs, from what is stored.

use papertray_model::{
    CollectionId, Progress,
    collection::{
        CollectionInfo, DECK_STEPS, ITEM_STEPS, InputRole, PROCESS_PHASES, Tabs, WorkState, WorkStatus,
    },
};
use papertray_store::{Read, StoredCollection, Work};

use super::{decks::deck_hash, inputs_hash, items_hash};

pub(super) fn tabs(categories: bool, items: bool) -> Tabs {
    Tabs {
        collection_info: true,
        deck_settings: categories,
        collection_items: categories,
        generate_deck: items,
    }
}

/// What a person said, and where they said nothing, whose and which season as the linesheets say.
pub(super) fn filled(stored: &StoredCollection) -> CollectionInfo {
    let mut info = stored.info.clone();
    info.brand = info.brand.or_else(|| stored.found.brand.clone());
    info.season = info.season.or_else(|| stored.found.season.clone());
    info
}

/// The work that runs, or the one that ended last.
pub(super) fn latest(works: [WorkStatus; 3]) -> WorkStatus {
    let rank = |work: &WorkStatus| {
        (work.state == WorkState::Processing, work.state != WorkState::Idle, work.completed_at)
    };
    works.into_iter().max_by_key(rank).unwrap_or_default()
}

pub(super) fn of(r: &Read<'_>, id: CollectionId, work: Work) -> papertray_store::Result<WorkStatus> {
    let (names, made_from): (&[&str], _) = match work {
        Work::Process => (&PROCESS_PHASES, inputs_hash(r, id, InputRole::Linesheet)?),
        Work::Items => (&ITEM_STEPS, items_hash(r, id)?),
        Work::Deck => (&DECK_STEPS, deck_hash(r, id)?),
    };
    let stored = r.collection_work(id, work)?;
    let phases = names.len() as u32;
    let working = stored.state == WorkState::Processing;
    let job = match stored.job {
        Some(job) if working => r.job(job)?,
        _ => None,
    };
    let progress = job.and_then(|job| job.progress).map(|progress| overall(progress, stored.phase, phases));
    Ok(WorkStatus {
        state: stored.state,
        job: stored.job,
        phase: stored.phase,
        phases,
        phase_name: names
            .get((stored.phase as usize).wrapping_sub(1))
            .copied()
            .unwrap_or_default()
            .to_owned(),
        progress,
        error: stored.error,
        restarting: stored.restarting,
        out_of_date: !working && stored.made_from.is_some_and(|before| before != made_from),
        completed_at: stored.completed_at,
    })
}

/// The whole work's percentage in place of the phase's: every phase counts the same.
fn overall(mut progress: Progress, phase: u32, phases: u32) -> Progress {
    let within = if progress.total == 0 { 0.0 } else { f64::from(progress.n) / f64::from(progress.total) };
    let done = (f64::from(phase.saturating_sub(1)) + within.min(1.0)) / f64::from(phases.max(1));
    progress.percentage = (done * 100.0).round().clamp(0.0, 100.0) as u8;
    progress
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentage_is_that_of_the_whole() {
        let at = |n, total| overall(Progress { n, total, ..Progress::default() }, 4, 6).percentage;
        assert_eq!((at(0, 0), at(5, 10), at(10, 10)), (50, 58, 67));
    }
}
