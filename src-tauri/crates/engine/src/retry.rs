//! When a failed run is tried again: growing pauses with jitter, so that what fails together is not tried together.

use papertray_model::{ErrorClass, Timestamp, UserError};
use papertray_store::{Claimed, Finish};

const FIRST_PAUSE_MS: i64 = 5_000;
pub(crate) const LONGEST_PAUSE_MS: i64 = 3_600_000;
/// How often the surroundings (disk space, missing parts) are looked at again.
const LOOK_AGAIN_MS: i64 = 30_000;
/// How long a provider that allows no more is left alone.
const PROVIDER_PAUSE_MS: i64 = 60_000;

/// How a run that failed with `error` ends. `chance` is random, 0 to 1.
pub(crate) fn after_failure(job: &Claimed, error: UserError, now: Timestamp, chance: f64) -> Finish {
    match error.code.class() {
        ErrorClass::Environment => Finish::Wait { error, run_at: now.plus_ms(LOOK_AGAIN_MS) },
        ErrorClass::ProviderLimit => Finish::Wait { error, run_at: now.plus_ms(PROVIDER_PAUSE_MS) },
        ErrorClass::Transient if job.attempt < job.max_attempts => {
            Finish::Retry { error, run_at: now.plus_ms(pause_ms(job.attempt, chance)) }
        }
        ErrorClass::Transient | ErrorClass::Permanent => Finish::Failed { error },
    }
}

/// `min(1 h, 5 s · 2^(attempt − 1))`, times between a half and one.
fn pause_ms(attempt: u32, chance: f64) -> i64 {
    let doubled = FIRST_PAUSE_MS.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(LONGEST_PAUSE_MS);
    (doubled as f64 * (0.5 + chance.clamp(0.0, 1.0) / 2.0)) as i64
}

/// A number between 0 and 1 that differs from call to call.
pub(crate) fn chance() -> f64 {
    // A random UUID's lowest 32 bits: the only randomness this crate needs.
    let bits = uuid::Uuid::now_v7().as_u128() as u32;
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use papertray_model::{DocumentId, ErrorCode, JobId, JobKind};

    use super::*;

    fn job(attempt: u32) -> Claimed {
        Claimed {
            id: JobId(1),
            kind: JobKind::ReadDocument,
            owner: DocumentId::new().into(),
            attempt,
            max_attempts: 4,
            token: String::new(),
            payload: None,
            restarted: false,
        }
    }

    #[test]
    fn pauses_double_and_stop_at_an_hour() {
        assert_eq!(pause_ms(1, 1.0), 5_000);
        assert_eq!(pause_ms(1, 0.0), 2_500);
        assert_eq!(pause_ms(3, 1.0), 20_000);
        assert_eq!(pause_ms(60, 1.0), 3_600_000);
    }

    #[test]
    fn each_class_of_error_has_its_end() {
        let end =
            |attempt, code| after_failure(&job(attempt), UserError::new(code, "", ""), Timestamp(0), 1.0);
        assert!(matches!(end(1, ErrorCode::Encrypted), Finish::Failed { .. }));
        assert!(matches!(end(1, ErrorCode::Io), Finish::Retry { run_at: Timestamp(5_000), .. }));
        assert!(matches!(end(4, ErrorCode::Io), Finish::Failed { .. }));
        assert!(matches!(end(4, ErrorCode::ProviderLimit), Finish::Wait { run_at: Timestamp(60_000), .. }));
        assert!(matches!(end(4, ErrorCode::DiskFull), Finish::Wait { run_at: Timestamp(30_000), .. }));
    }
}
