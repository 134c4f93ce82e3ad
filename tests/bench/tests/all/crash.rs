//! SIGKILL at random moments, and the control: a sabotaged queue must be caught.

use std::path::Path;

use papertray_bench::crash::{Report, Sabotage, run};

const ROUNDS: u32 = 60;
const SABOTAGED_ROUNDS: u32 = 15;
const SEED: u64 = 20_261;

fn crash(rounds: u32, sabotage: Sabotage) -> Report {
    let folder = tempfile::tempdir().unwrap();
    run(Path::new(env!("CARGO_BIN_EXE_papertray-bench")), folder.path(), rounds, sabotage, SEED).unwrap()
}

#[test]
fn killed_sixty_times_nothing_is_lost_or_done_twice() {
    let report = crash(ROUNDS, Sabotage::None);
    assert_eq!(report.faults, Vec::<String>::new());
    assert!(report.completed > 200, "the children did not get to work: {report:?}");
}

#[test]
fn without_the_fence_jobs_are_done_twice_and_it_is_seen() {
    let report = crash(SABOTAGED_ROUNDS, Sabotage::NoFence);
    let doubled = |fault: &&String| fault.contains("with 2 effects") || fault.contains("completed twice");
    assert!(report.faults.iter().any(|fault| doubled(&fault)), "{:?}", report.faults.first());
}

#[test]
fn answers_before_the_commit_are_seen_as_losses() {
    let report = crash(SABOTAGED_ROUNDS, Sabotage::EarlyAnswer);
    assert!(
        report.faults.iter().any(|fault| fault.contains("answered for and is lost")),
        "{:?}",
        report.faults.first()
    );
}
