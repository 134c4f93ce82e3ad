//! Tables `metric_*`: what the queue did. On their way there the counts are in `tallies`.

use papertray_model::{
    ErrorCode, JobKind, JobState, PageSource, Timestamp,
    queue::{CauseCount, EndCount, QueueMetrics, Span, StageTime},
};
use rusqlite::params;

use crate::{
    Read, Result, Write,
    rows::{from_json_word, word},
};

const MINUTE_MS: i64 = 60_000;

impl Read<'_> {
    /// What the queue did in the last `hours`, in `count` spans of equal length.
    pub fn queue_metrics(&self, now: Timestamp, hours: u32, count: u32) -> Result<QueueMetrics> {
        let minutes = (hours.max(1) * 60 / count.max(1)).max(1);
        let last = now.0 / MINUTE_MS / i64::from(minutes);
        let first = last - i64::from(count) + 1;
        let mut spans: Vec<Span> = (first..=last)
            .map(|span| Span {
                at: Timestamp(span * i64::from(minutes) * MINUTE_MS),
                pages: 0,
                completed: 0,
                failed: 0,
            })
            .collect();
        let rows = self.rows(
            "SELECT minute / ?1, sum(pages), sum(completed), sum(failed) FROM metric_minute
             WHERE minute >= ?2 GROUP BY minute / ?1",
            params![minutes, first * i64::from(minutes)],
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?;
        for (span, pages, completed, failed) in rows {
            let place = usize::try_from(span - first).ok().and_then(|i| spans.get_mut(i));
            if let Some(place) = place {
                (place.pages, place.completed, place.failed) = (pages, completed, failed);
            }
        }
        Ok(QueueMetrics {
            span_s: minutes * 60,
            spans,
            stages: self.stage_times()?,
            ends: self.rows(
                "SELECT kind, outcome, count FROM metric_end ORDER BY kind, outcome",
                [],
                |row| {
                    Ok(EndCount {
                        kind: word(row, 0, JobKind::parse)?,
                        outcome: row.get(1)?,
                        count: row.get(2)?,
                    })
                },
            )?,
            causes: self.rows(
                "SELECT code, count FROM metric_cause ORDER BY count DESC, code",
                [],
                |row| Ok(CauseCount { code: word(row, 0, from_json_word::<ErrorCode>)?, count: row.get(1)? }),
            )?,
        })
    }

    /// How long each kind of work takes.
    pub fn stage_times(&self) -> Result<Vec<StageTime>> {
        self.rows("SELECT stage, count, total_ms, recent_ms FROM metric_stage ORDER BY stage", [], |row| {
            let (count, total): (u32, f64) = (row.get(1)?, row.get(2)?);
            Ok(StageTime {
                stage: row.get(0)?,
                count,
                mean_ms: (total / f64::from(count.max(1))) as f32,
                recent_ms: row.get::<_, f64>(3)? as f32,
            })
        })
    }
}

impl Write<'_> {
    /// A page was read in `ms`.
    pub fn count_page(&self, source: PageSource, ms: u32, now: Timestamp) {
        let mut counted = self.counted.mine.borrow_mut();
        counted.stage(source.as_str(), ms);
        counted.minute(now).pages += 1;
    }

    /// A run of a job ended, `ms` after it began.
    pub(crate) fn count_end(
        &self,
        kind: JobKind,
        state: JobState,
        outcome: &'static str,
        code: Option<ErrorCode>,
        ms: u32,
        now: Timestamp,
    ) {
        let mut counted = self.counted.mine.borrow_mut();
        counted.end(kind.as_str(), outcome, code);
        match state {
            JobState::Completed => {
                counted.stage(kind.as_str(), ms);
                counted.minute(now).completed += 1;
            }
            JobState::Failed => counted.minute(now).failed += 1,
            _ => {}
        }
    }

    /// Forgets what was counted by the minute before `before`.
    pub fn prune_metrics(&self, before: Timestamp) -> Result<usize> {
        self.run("DELETE FROM metric_minute WHERE minute < ?1", [before.0 / MINUTE_MS])
    }
}
