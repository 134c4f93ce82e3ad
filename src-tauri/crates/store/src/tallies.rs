//! Measurements on their way to the tables `metric_*`: counted in memory by the writing thread and written about once a
//! second, because writing them with every job costs more than the job.

use std::collections::{BTreeMap, HashMap};

use papertray_model::{ErrorCode, Timestamp};
use rusqlite::params;

use crate::{Result, Write};

const MINUTE_MS: i64 = 60_000;
/// What the newest measurement weighs in the moving average.
const NEWEST: f64 = 0.1;

/// What happened within one minute.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Minute {
    pub(crate) pages: u32,
    pub(crate) completed: u32,
    pub(crate) failed: u32,
}

/// Measurements of one kind of work, so that they can be joined with those in the table.
#[derive(Debug, Clone, Copy)]
struct Stage {
    count: u32,
    total_ms: f64,
    /// The moving average of these alone …
    recent_ms: f64,
    /// … and what an earlier average weighs beside them.
    kept: f64,
}

/// What was counted and is not written yet.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    minutes: BTreeMap<i64, Minute>,
    stages: HashMap<&'static str, Stage>,
    ends: HashMap<(&'static str, &'static str), u32>,
    causes: HashMap<ErrorCode, u32>,
}

impl Tallies {
    pub(crate) fn is_empty(&self) -> bool {
        self.minutes.is_empty() && self.stages.is_empty() && self.ends.is_empty() && self.causes.is_empty()
    }

    pub(crate) fn minute(&mut self, now: Timestamp) -> &mut Minute {
        self.minutes.entry(now.0 / MINUTE_MS).or_default()
    }

    pub(crate) fn stage(&mut self, stage: &'static str, ms: u32) {
        let ms = f64::from(ms);
        self.stages
            .entry(stage)
            .and_modify(|s| {
                s.count += 1;
                s.total_ms += ms;
                s.recent_ms += NEWEST * (ms - s.recent_ms);
                s.kept *= 1.0 - NEWEST;
            })
            .or_insert(Stage { count: 1, total_ms: ms, recent_ms: ms, kept: 1.0 - NEWEST });
    }

    pub(crate) fn end(&mut self, kind: &'static str, outcome: &'static str, code: Option<ErrorCode>) {
        *self.ends.entry((kind, outcome)).or_default() += 1;
        if let Some(code) = code {
            *self.causes.entry(code).or_default() += 1;
        }
    }

    /// Adds what was counted later.
    pub(crate) fn join(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        for (minute, add) in later.minutes {
            let sum = self.minutes.entry(minute).or_default();
            sum.pages += add.pages;
            sum.completed += add.completed;
            sum.failed += add.failed;
        }
        for (name, add) in later.stages {
            self.stages
                .entry(name)
                .and_modify(|s| {
                    s.count += add.count;
                    s.total_ms += add.total_ms;
                    s.recent_ms = s.recent_ms * add.kept + add.recent_ms * (1.0 - add.kept);
                    s.kept *= add.kept;
                })
                .or_insert(add);
        }
        for (end, count) in later.ends {
            *self.ends.entry(end).or_default() += count;
        }
        for (code, count) in later.causes {
            *self.causes.entry(code).or_default() += count;
        }
    }
}

impl Write<'_> {
    /// Writes what was counted so far, so that a look at the measurements misses nothing.
    pub fn flush_measurements(&self) -> Result<()> {
        self.write_tallies(self.counted.pending.take())
    }

    pub(crate) fn write_tallies(&self, tallies: Tallies) -> Result<()> {
        for (minute, add) in tallies.minutes {
            self.run(
                "INSERT INTO metric_minute(minute, pages, completed, failed) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT(minute) DO UPDATE SET pages = pages + ?2, completed = completed + ?3, failed = failed + ?4",
                params![minute, add.pages, add.completed, add.failed],
            )?;
        }
        for (stage, add) in tallies.stages {
            self.run(
                "INSERT INTO metric_stage(stage, count, total_ms, recent_ms) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT(stage) DO UPDATE SET count = count + ?2, total_ms = total_ms + ?3,
                   recent_ms = recent_ms * ?5 + ?4 * (1 - ?5)",
                params![stage, add.count, add.total_ms, add.recent_ms, add.kept],
            )?;
        }
        for ((kind, outcome), count) in tallies.ends {
            self.run(
                "INSERT INTO metric_end(kind, outcome, count) VALUES (?1, ?2, ?3)
                 ON CONFLICT(kind, outcome) DO UPDATE SET count = count + ?3",
                params![kind, outcome, count],
            )?;
        }
        for (code, count) in tallies.causes {
            self.run(
                "INSERT INTO metric_cause(code, count) VALUES (?1, ?2)
                 ON CONFLICT(code) DO UPDATE SET count = count + ?2",
                params![code.as_str(), count],
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_the_average_is_as_if_counted_in_one_go() {
        let (mut first, mut second, mut all) = (Tallies::default(), Tallies::default(), Tallies::default());
        for (n, ms) in [100, 300, 50, 700, 20].into_iter().enumerate() {
            if n < 2 { &mut first } else { &mut second }.stage("ocr", ms);
            all.stage("ocr", ms);
        }
        // The first of `second` starts its average with full weight; joined it weighs as one measurement.
        first.join(second);
        let (joined, all) = (first.stages["ocr"], all.stages["ocr"]);
        assert_eq!((joined.count, joined.total_ms), (all.count, all.total_ms));
        assert!((joined.recent_ms - all.recent_ms).abs() < 60.0, "{} {}", joined.recent_ms, all.recent_ms);
    }
}
