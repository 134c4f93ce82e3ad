//! The soak as a measure, and the programs it is made of.

use std::{
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use papertray_bench::{
    figure::Figure,
    soak::{self, Plan, Report, Sabotage, ground},
};

use crate::Outcome;

/// How long, where `PAPERTRAY_SOAK_MINUTES` says nothing else.
const MINUTES: u64 = 10;
/// A file a second, about.
const FILES_A_MINUTE: u64 = 60;

/// `soak-run FOLDER SECONDS FILES SEED SABOTAGE SMALL_DISK` and `soak-child FOLDER SEED`.
pub(crate) fn command(words: &[String]) -> Option<ExitCode> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["soak-child", folder, seed] => soak::work(Path::new(folder), seed.parse().unwrap_or(0)),
        ["soak-run", folder, seconds, files, seed, sabotage, small_disk] => {
            let plan = Plan {
                load: Duration::from_secs(seconds.parse().unwrap_or(0)),
                patience: Duration::from_secs(180),
                files: files.parse().unwrap_or(0),
                seed: seed.parse().unwrap_or(0),
            };
            let sabotage = Sabotage::parse(sabotage).unwrap_or(Sabotage::None);
            std::env::current_exe()
                .map_err(Into::into)
                .and_then(|program| {
                    soak::run(&program, Path::new(folder), plan, small_disk == "yes", sabotage)
                })
                .and_then(|report| {
                    println!("{}", serde_json::to_string(&report)?);
                    Ok(())
                })
        }
        _ => return None,
    };
    Some(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("papertray-bench {}: {error}", words.join(" "));
            ExitCode::FAILURE
        }
    })
}

pub(crate) fn soak() -> Outcome {
    let minutes =
        std::env::var("PAPERTRAY_SOAK_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(MINUTES);
    let folder = tempfile::tempdir()?;
    let (seconds, files) = ((minutes * 60).to_string(), (minutes * FILES_A_MINUTE).to_string());
    let program = std::env::current_exe()?;
    let words = [
        "soak-run".as_ref(),
        folder.path().as_os_str(),
        seconds.as_ref(),
        files.as_ref(),
        "1".as_ref(),
        "none".as_ref(),
    ];
    let with = |small_disk: &'static str| -> Vec<&std::ffi::OsStr> {
        std::iter::once(program.as_os_str()).chain(words).chain([small_disk.as_ref()]).collect()
    };
    let mut command = ground::small_disk(folder.path(), &with("yes")).unwrap_or_else(|| {
        let mut command = Command::new(&program);
        command.args(&with("no")[1..]);
        command
    });
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let report: Report = serde_json::from_slice(&output.stdout)?;
    for fault in &report.faults {
        eprintln!("{fault}");
    }
    let what = format!(
        "{minutes} min: {} files, {} kills of the application and {} of readers, {} sleeps, {} times a full disk; \
         invariants broken",
        report.files, report.kills, report.reader_kills, report.sleeps, report.full
    );
    Ok(vec![Figure::new(what, "faults", report.faults.len() as f64)])
}
