//! The stand-in for the desktop: what the program shows in tray and notifications, seen on the session bus.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use serde_json::Value;

/// Owns the tray's and the notifications' names on the bus.
pub(crate) struct Desktop {
    process: Child,
    commands: ChildStdin,
    happened: Receiver<Value>,
}

impl Desktop {
    /// Takes the names; before the program starts, or it finds no tray.
    pub(crate) fn start() -> Self {
        // Debian's Python: the bus library comes from its packages.
        let mut process = Command::new("/usr/bin/python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/desktop.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, happened) = channel();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        let commands = process.stdin.take().unwrap();
        let desktop = Self { process, commands, happened };
        desktop.wait_for("ready");
        desktop
    }

    /// Waits until something of this name happened.
    pub(crate) fn wait_for(&self, event: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let happened =
                self.happened.recv_timeout(left).unwrap_or_else(|_| panic!("no {event} on the session bus"));
            if happened["event"] == event {
                return happened;
            }
            assert!(happened["event"] != "error", "{happened}");
        }
    }

    /// The names of notifications that come within the time.
    pub(crate) fn notifications_within(&self, time: Duration) -> Vec<String> {
        let deadline = Instant::now() + time;
        let mut titles = vec![];
        while let Ok(event) = self.happened.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if event["event"] == "notification" {
                titles.push(event["title"].as_str().unwrap_or_default().to_owned());
            }
        }
        titles
    }

    /// Tells the desktop to do something: `menu`, `click LABEL`, `open ID`.
    pub(crate) fn tell(&mut self, command: &str) {
        writeln!(self.commands, "{command}").unwrap();
    }

    /// The tray menu's entries.
    pub(crate) fn menu(&mut self) -> Vec<String> {
        self.tell("menu");
        let menu = self.wait_for("menu");
        menu["labels"].as_array().unwrap().iter().map(|l| l.as_str().unwrap().replace('_', "")).collect()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
