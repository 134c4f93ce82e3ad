//! Measurements in the text form that Prometheus reads.
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::fmt::Write as _;

use papertray_model::{QueueStatus, queue::QueueMetrics};

use crate::{Engine, Result};

impl Engine {
    /// Counters and gauges, one a line.
    pub async fn metrics_text(&self) -> Result<String> {
        Ok(text(&self.health().queue_status, &self.queue_metrics(1).await?, self.paused().is_some()))
    }
}

fn text(status: &QueueStatus, metrics: &QueueMetrics, paused: bool) -> String {
    let mut out = String::new();
    let mut family = |name: &str, kind: &str, help: &str, samples: &[(String, f64)]| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "# HELP papertray_{name} {help}\n# TYPE papertray_{name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(out, "papertray_{name}{labels} {value}");
        }
    };
    let by = |label: &str, value: &str| format!("{{{label}=\"{value}\"}}");
    let count = |state: &str, n: u32| (by("state", state), f64::from(n));
    family(
        "jobs",
        "gauge",
        "Jobs by state.",
        &[
            count("pending", status.pending),
            count("processing", status.processing),
            count("completed", status.completed),
            count("failed", status.failed),
        ],
    );
    family(
        "paused",
        "gauge",
        "Whether the queue is paused.",
        &[(String::new(), f64::from(u8::from(paused)))],
    );
    let ends: Vec<_> = metrics
        .ends
        .iter()
        .map(|end| {
            let labels = format!("{{type=\"{}\",outcome=\"{}\"}}", end.kind.as_str(), end.outcome);
            (labels, f64::from(end.count))
        })
        .collect();
    family("runs_total", "counter", "Runs of jobs by how they ended.", &ends);
    let causes: Vec<_> =
        metrics.causes.iter().map(|c| (by("code", c.code.as_str()), f64::from(c.count))).collect();
    family("failures_total", "counter", "Runs that failed, by cause.", &causes);
    let stage = |value: fn(&papertray_model::queue::StageTime) -> f64| -> Vec<(String, f64)> {
        metrics.stages.iter().map(|s| (by("stage", &s.stage), value(s))).collect()
    };
    family(
        "stage_seconds_count",
        "counter",
        "Pages and jobs by kind of work.",
        &stage(|s| f64::from(s.count)),
    );
    family(
        "stage_seconds_sum",
        "counter",
        "Seconds spent by kind of work.",
        &stage(|s| f64::from(s.mean_ms) * f64::from(s.count) / 1000.0),
    );
    out
}

#[cfg(test)]
mod tests {
    use papertray_model::{JobKind, queue::EndCount};

    use super::*;

    #[test]
    fn every_sample_follows_its_type() {
        let metrics = QueueMetrics {
            span_s: 60,
            spans: vec![],
            stages: vec![],
            ends: vec![EndCount { kind: JobKind::ReadDocument, outcome: "completed".into(), count: 3 }],
            causes: vec![],
        };
        let text = text(&QueueStatus { completed: 3, ..QueueStatus::default() }, &metrics, true);
        assert!(text.contains("# TYPE papertray_runs_total counter\n"));
        assert!(text.contains("papertray_runs_total{type=\"read_document\",outcome=\"completed\"} 3\n"));
        assert!(text.contains("papertray_jobs{state=\"completed\"} 3\n"));
        assert!(text.contains("papertray_paused 1\n"));
    }
}
