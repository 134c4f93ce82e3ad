//! Everything at once for half a minute; and the control: what is taken away behind the engine's back must be missed.

use std::{ffi::OsStr, process::Command};

use papertray_bench::soak::{Report, Sabotage, ground};

const SEED: &str = "20263";

/// Runs a soak on a small disk of its own where the system allows one.
fn soak(seconds: &str, files: &str, sabotage: Sabotage) -> (Report, bool) {
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_papertray-bench");
    let path = folder.path().to_str().unwrap();
    let words = |small_disk| {
        [program, "soak-run", path, seconds, files, SEED, sabotage.word(), small_disk].map(OsStr::new)
    };
    let small = ground::small_disk(folder.path(), &words("yes"));
    let is_small = small.is_some();
    let mut command = small.unwrap_or_else(|| {
        eprintln!("no disk of its own may be mounted here: a full disk is not tried");
        let mut command = Command::new(program);
        command.args(&words("no")[1..]);
        command
    });
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    (serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}")), is_small)
}

#[test]
fn under_everything_at_once_the_invariants_hold() {
    let (report, small_disk) = soak("30", "60", Sabotage::None);
    assert_eq!(report.faults, Vec::<String>::new(), "{report:?}");
    assert!(report.documents > 5 && report.kills > 1, "little happened: {report:?}");
    assert!(!small_disk || report.full > 0, "the disk was never full: {report:?}");
}

#[test]
fn what_is_taken_away_is_missed() {
    for (sabotage, said) in [
        (Sabotage::Page, "the pages"),
        (Sabotage::File, "doctor: The stored file"),
        (Sabotage::Document, " contents, "),
    ] {
        let (report, _) = soak("2", "8", sabotage);
        assert!(report.faults.iter().any(|fault| fault.contains(said)), "{sabotage:?}: {:?}", report.faults);
    }
}
