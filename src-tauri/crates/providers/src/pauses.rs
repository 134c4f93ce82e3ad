//! Services that asked for a pause (429): nothing is sent to them until it is over.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use papertray_model::Timestamp;

/// Where a service does not say how long.
const USUAL: Duration = Duration::from_secs(60);
/// Longer is not believed.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<HashMap<String, Timestamp>>);

impl Pauses {
    /// Seconds until a service may be asked again; none: now.
    pub(crate) fn left(&self, service: &str, now: Timestamp) -> Option<u64> {
        let pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = pauses.get(service)?.0 - now.0;
        (left > 0).then(|| (left as u64).div_ceil(1000))
    }

    /// A service asked for a pause; answers its seconds.
    pub(crate) fn begin(&self, service: &str, retry_after: Option<&str>, now: Timestamp) -> u64 {
        let length = retry_after.and_then(|text| parse(text, now)).unwrap_or(USUAL).min(LONGEST);
        let until = now.plus_ms(i64::try_from(length.as_millis()).unwrap_or(i64::MAX));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(service.to_owned(), until);
        length.as_secs()
    }
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
fn parse(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    if let Ok(seconds) = text.parse::<f64>()
        && seconds.is_finite()
        && seconds >= 0.0
    {
        return Some(Duration::from_secs_f64(seconds.min(1e6).ceil()));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    u64::try_from(at - now.0).ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_counted_down() {
        let pauses = Pauses::default();
        let now = Timestamp(1_000_000);
        assert_eq!(pauses.left("a", now), None);
        assert_eq!(pauses.begin("a", Some("30"), now), 30);
        assert_eq!(pauses.left("a", now.plus_ms(10_500)), Some(20));
        assert_eq!(pauses.left("b", now), None, "each service by itself");
        assert_eq!(pauses.left("a", now.plus_ms(30_000)), None);
        assert_eq!(pauses.begin("a", None, now), 60);
        assert_eq!(pauses.begin("a", Some("99999999"), now), 86_400);
        assert_eq!(pauses.begin("a", Some("nonsense"), now), 60);
    }

    #[test]
    fn a_date_is_understood() {
        let now = Timestamp(1_445_412_480_000); // Wed, 21 Oct 2015 07:28:00 GMT
        assert_eq!(parse("Wed, 21 Oct 2015 07:28:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(parse("Wed, 21 Oct 2015 07:00:00 GMT", now), None, "in the past");
    }
}
