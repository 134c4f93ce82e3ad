//! The power goes at a hundred moments; and the controls: a disk that forgets, and a library that does not flush.

use std::path::Path;

use papertray_bench::power::{Disk, Failed, Report, run};
use papertray_store::Durability;

const SEED: u64 = 20_262;

/// `None` where programs may not be traced.
fn power(durability: Durability, disk: Disk) -> Option<Report> {
    let folder = tempfile::tempdir().unwrap();
    match run(Path::new(env!("CARGO_BIN_EXE_papertray-bench")), folder.path(), durability, disk, SEED) {
        Ok(report) => Some(report),
        Err(Failed::NotAllowed) => {
            eprintln!("not tried: programs may not be traced here");
            None
        }
        Err(Failed::Other(error)) => panic!("{error}"),
    }
}

#[test]
fn what_was_answered_for_outlives_the_power() {
    let Some(report) = power(Durability::Full, Disk::Honest) else { return };
    assert_eq!(report.faults, Vec::<String>::new());
    assert!(report.answers > 100 && report.cuts > 100, "{report:?}");
}

#[test]
fn a_disk_that_does_not_flush_is_seen() {
    let Some(report) = power(Durability::Full, Disk::Forgetful) else { return };
    assert!(report.faults.iter().any(|fault| fault.contains("lost")), "{:?}", report.faults.first());
}

#[test]
fn a_library_that_does_not_flush_is_seen_to_lose_and_is_not_damaged() {
    let Some(report) = power(Durability::Normal, Disk::Honest) else { return };
    let lost = |fault: &String| fault.contains("answered for and is lost");
    assert!(report.faults.iter().any(lost), "{:?}", report.faults.first());
    let others: Vec<_> = report.faults.iter().filter(|fault| !lost(fault)).collect();
    assert!(others.is_empty(), "{others:?}");
}
