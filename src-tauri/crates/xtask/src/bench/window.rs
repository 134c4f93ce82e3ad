//! The window: how long until it can be used, and what it costs when nothing happens. On Linux, on a screen of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::process::measure;
use super::table::percentile;
use super::{Bed, Bench, engine};
use crate::places::{built, root};
use crate::shell::{Outcome, Trouble, on_path, run};
use crate::ui;

const STARTS: usize = 7;
const READY: &str = "the window can be used";
const PATIENCE: Duration = Duration::from_secs(60);
/// After the start the window is left alone for so long …
const SETTLE: Duration = Duration::from_secs(5);
/// … and then watched for so long.
const WATCH: Duration = Duration::from_secs(20);
const DISPLAY: &str = ":97";

/// A pretend screen; ends with the value.
struct Screen(Child);

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Builds the application and puts up a screen for it; answers the screen and the folder of its sockets.
fn stage(bed: &Bed) -> Outcome<(Screen, PathBuf)> {
    let Some(xvfb) = on_path("Xvfb") else { return Err(Trouble::new("Xvfb is not installed")) };
    ui::build()?;
    let mut cargo = Command::new("cargo");
    run(cargo.args(["build", "--release", "--package", "papertray"]).current_dir(root()))?;
    let screen = Command::new(xvfb)
        .args([DISPLAY, "-screen", "0", "1280x800x24"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let screen = Screen(screen);
    std::thread::sleep(Duration::from_secs(1));
    let runtime = bed.folder.join("runtime");
    fs_err::create_dir_all(&runtime)?;
    Ok((screen, runtime))
}

/// The window under load, measured from inside it.
pub(super) fn load(bed: &Bed) -> Outcome<Vec<Bench>> {
    from_inside(bed, "window-load")
}

/// The window on a large library, measured from inside it.
pub(super) fn library(bed: &Bed) -> Outcome<Vec<Bench>> {
    from_inside(bed, "window-library")
}

fn from_inside(bed: &Bed, subject: &str) -> Outcome<Vec<Bench>> {
    let (_screen, runtime) = stage(bed)?;
    let mut program = Command::new(&bed.engine);
    program
        .arg(subject)
        .env("DISPLAY", DISPLAY)
        .env("XDG_RUNTIME_DIR", runtime)
        .env_remove("WAYLAND_DISPLAY");
    engine::figures(&measure(&mut program)?.output, "")
}

pub(super) fn window(bed: &Bed) -> Outcome<Vec<Bench>> {
    let (_screen, runtime) = stage(bed)?;
    let mut starts = Vec::new();
    for n in 0..STARTS {
        let (mut app, time) = start(&bed.folder.join(format!("library-{n}")), &runtime)?;
        starts.push(time.as_secs_f64() * 1000.0);
        if n + 1 == STARTS {
            std::thread::sleep(SETTLE);
            let mut found = idle(app.id());
            end(&mut app);
            found.insert(0, bench("window can be used, median start", "ms", percentile(&starts, 0.5)));
            found.insert(1, bench("window can be used, slowest start", "ms", percentile(&starts, 1.0)));
            return Ok(found);
        }
        end(&mut app);
    }
    Err(Trouble::new("nothing was measured"))
}

fn bench(name: &str, unit: &str, value: f64) -> Bench {
    Bench { name: name.to_owned(), unit: unit.to_owned(), value, baseline: None }
}

fn end(app: &mut Child) {
    let _ = app.kill();
    let _ = app.wait();
}

/// Starts the application; answers when its window says that it can be used.
fn start(library: &Path, runtime: &Path) -> Outcome<(Child, Duration)> {
    let began = Instant::now();
    let mut app = Command::new(built("release", "papertray"))
        .env("PAPERTRAY_LIBRARY", library)
        .env("PAPERTRAY_SEVERAL", "1")
        .env("PAPERTRAY_LOG", "warn,papertray_app=info")
        .env("DISPLAY", DISPLAY)
        .env("XDG_RUNTIME_DIR", runtime)
        .env_remove("WAYLAND_DISPLAY")
        .stderr(Stdio::piped())
        .spawn()?;
    let Some(log) = app.stderr.take() else { return Err(Trouble::new("the application has no log")) };
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            if line.contains(READY) {
                let _ = tell.send(began.elapsed());
            }
        }
    });
    if let Ok(time) = told.recv_timeout(PATIENCE) {
        return Ok((app, time));
    }
    end(&mut app);
    Err(Trouble::new("the window did not become ready"))
}

/// What the application and all its processes use while nothing happens.
fn idle(app: u32) -> Vec<Bench> {
    let family = family(app);
    let cpu = |pid: &u32| cpu_seconds(*pid).unwrap_or(0.0);
    let before: f64 = family.iter().map(cpu).sum();
    std::thread::sleep(WATCH);
    let after: f64 = family.iter().map(cpu).sum();
    let memory: f64 = family.iter().filter_map(|pid| proportional_mib(*pid)).sum();
    let share = (after - before) / WATCH.as_secs_f64() * 100.0;
    vec![
        bench("idle, share of one core", "%", share),
        bench(&format!("idle, memory of {} processes (PSS)", family.len()), "MiB", memory),
    ]
}

/// A process and all that descend from it.
fn family(first: u32) -> Vec<u32> {
    let mut family = vec![first];
    let processes: Vec<(u32, u32)> = fs_err::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(processes.iter().filter(|(_, p)| *p == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    family
}

/// User and system time of a process so far, from ticks of 1/100 s.
fn cpu_seconds(pid: u32) -> Option<f64> {
    let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / 100.0)
}

/// Memory in MiB, pages shared by several processes counted in parts.
fn proportional_mib(pid: u32) -> Option<f64> {
    let rollup = fs_err::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|kib| kib / 1024.0)
}
