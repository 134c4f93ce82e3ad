//! When a file is whole: a writer tells nobody, so a file must stay the same over two looks, for longer the less is
//! known of its writer. Pure: time and looks are passed in. Nothing is ever given up.

use std::time::{Duration, Instant};

use papertray_store::Identity;

use super::config::FolderTimes;

/// What is known of a file's writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writer {
    /// Nothing.
    Unknown,
    /// It wrote and did not close the file yet.
    Open,
    /// It closed the file, or gave it its name.
    Closed,
}

/// Why a file is not whole yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It has no bytes.
    Empty,
    /// It changed, or its content does not end.
    BeingWritten,
    /// It has not been watched for long enough.
    TooEarly,
}

/// A file on its way to being whole.
#[derive(Debug, Clone)]
pub(crate) struct Settling {
    pub(crate) identity: Identity,
    /// Since when it is the same.
    since: Instant,
    first: Instant,
    writer: Writer,
    remote: bool,
    /// When it is looked at next.
    pub(crate) due: Instant,
}

impl Settling {
    /// The first look.
    pub(crate) fn new(
        identity: Identity,
        writer: Writer,
        remote: bool,
        now: Instant,
        times: &FolderTimes,
    ) -> Self {
        let mut settling = Self { identity, since: now, first: now, writer, remote, due: now };
        settling.due = now + settling.quiet(times);
        settling
    }

    fn quiet(&self, times: &FolderTimes) -> Duration {
        match self.writer {
            _ if self.remote => times.remote,
            Writer::Open => times.open,
            Writer::Unknown => times.unknown,
            Writer::Closed => times.closed,
        }
    }

    /// Something happened to the file, which now looks so.
    pub(crate) fn hint(&mut self, identity: Identity, writer: Writer, now: Instant, times: &FolderTimes) {
        if identity != self.identity {
            (self.identity, self.since) = (identity, now);
        }
        if writer != Writer::Unknown {
            self.writer = writer;
        }
        // A writer that closes its file again and again is given the time anew each time.
        if writer == Writer::Closed {
            self.since = now;
        }
        self.due = self.since + self.quiet(times);
    }

    /// What was known of the writer may be out of date: events were lost.
    pub(crate) fn forget_writer(&mut self, times: &FolderTimes) {
        if self.writer == Writer::Open {
            self.writer = Writer::Unknown;
            self.due = self.due.min(self.since + self.quiet(times));
        }
    }

    /// A later look; `ends` says whether the content has its end. `Ok`: the file is whole. Else it is due later.
    pub(crate) fn look(
        &mut self,
        identity: Identity,
        now: Instant,
        times: &FolderTimes,
        ends: impl FnOnce() -> bool,
    ) -> Result<(), Why> {
        let why = self.judge(identity, now, times, ends);
        if let Err(why) = why {
            self.postpone(why, now, times);
        }
        why
    }

    fn judge(
        &mut self,
        identity: Identity,
        now: Instant,
        times: &FolderTimes,
        ends: impl FnOnce() -> bool,
    ) -> Result<(), Why> {
        if identity != self.identity {
            (self.identity, self.since) = (identity, now);
            return Err(Why::BeingWritten);
        }
        if identity.size == 0 {
            return Err(Why::Empty);
        }
        let same_for = now.saturating_duration_since(self.since);
        if same_for < self.quiet(times) {
            return Err(Why::TooEarly);
        }
        if same_for < times.open && !ends() {
            return Err(Why::BeingWritten);
        }
        Ok(())
    }

    /// It could not be taken now: it is looked at again, the later the longer this lasts.
    pub(crate) fn postpone(&mut self, why: Why, now: Instant, times: &FolderTimes) {
        let quiet = self.quiet(times);
        self.due = match why {
            Why::TooEarly => self.since + quiet,
            Why::Empty | Why::BeingWritten => {
                let age = now.saturating_duration_since(self.first);
                now + (age / 4).clamp(quiet.min(times.unknown), times.longest_pause.max(quiet))
            }
        };
        // Content without an end is taken when it stayed the same for long enough: not later.
        let long_enough = self.since + times.open;
        if why == Why::BeingWritten && long_enough > now {
            self.due = self.due.min(long_enough);
        }
    }

    /// It changed while it was copied.
    pub(crate) fn changed(&mut self, now: Instant, times: &FolderTimes) {
        self.since = now;
        self.postpone(Why::BeingWritten, now, times);
    }

    /// Whether waiting any longer in one go is of no use.
    pub(crate) fn rests(&self, now: Instant, times: &FolderTimes) -> bool {
        self.identity.size == 0
            || now.saturating_duration_since(self.first) > times.longest_pause + times.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn at(size: u64) -> Identity {
        Identity { inode: 1, mtime_ns: i64::try_from(size).unwrap(), size }
    }

    struct Story {
        start: Instant,
        times: FolderTimes,
        file: Settling,
    }

    impl Story {
        fn new(size: u64, writer: Writer, remote: bool) -> Self {
            let (start, times) = (Instant::now(), FolderTimes::default());
            let file = Settling::new(at(size), writer, remote, start, &times);
            Self { start, times, file }
        }

        fn look(&mut self, seconds: u32, size: u64, ends: bool) -> Result<(), Why> {
            self.file.look(at(size), self.start + S * seconds, &self.times, || ends)
        }

        fn hint(&mut self, seconds: u32, size: u64, writer: Writer) {
            self.file.hint(at(size), writer, self.start + S * seconds, &self.times);
        }

        fn due(&self) -> u64 {
            self.file.due.duration_since(self.start).as_secs()
        }
    }

    #[test]
    fn a_closed_file_is_whole_after_a_second_and_an_unknown_one_after_three() {
        let mut closed = Story::new(5, Writer::Closed, false);
        assert_eq!(closed.due(), 1);
        assert_eq!(closed.look(1, 5, true), Ok(()));
        let mut unknown = Story::new(5, Writer::Unknown, false);
        assert_eq!(unknown.look(1, 5, true), Err(Why::TooEarly));
        assert_eq!(unknown.due(), 3);
        assert_eq!(unknown.look(3, 5, true), Ok(()));
        assert_eq!(Story::new(5, Writer::Closed, true).due(), 10, "on a network drive");
    }

    #[test]
    fn a_writer_that_pauses_is_waited_for() {
        let mut file = Story::new(5, Writer::Open, false);
        assert_eq!(file.look(8, 5, false), Err(Why::TooEarly));
        file.hint(8, 9, Writer::Open);
        file.hint(10, 12, Writer::Closed);
        assert_eq!(file.due(), 11);
        assert_eq!(file.look(11, 12, true), Ok(()));
    }

    #[test]
    fn a_pdf_without_its_end_is_waited_for_and_taken_in_the_end() {
        let mut file = Story::new(5, Writer::Unknown, false);
        assert_eq!(file.look(3, 5, false), Err(Why::BeingWritten));
        let mut looks = 1;
        let taken = loop {
            let due = u32::try_from(file.due()).unwrap();
            looks += 1;
            if file.look(due, 5, false).is_ok() {
                break due;
            }
        };
        assert!((30..=33).contains(&taken), "{taken}");
        assert!(looks <= 10, "{looks}");
    }

    #[test]
    fn a_file_that_grows_for_hours_is_never_given_up_and_looked_at_every_minute() {
        let mut file = Story::new(1, Writer::Unknown, false);
        let mut now = 0;
        for size in 2..200 {
            now = u32::try_from(file.due()).unwrap();
            assert_eq!(file.look(now, size, false), Err(Why::BeingWritten));
            assert!(file.due() <= u64::from(now) + 60);
        }
        assert!(now > 3600);
        file.hint(now + 5, 300, Writer::Closed);
        assert_eq!(file.look(now + 6, 300, true), Ok(()));
    }

    #[test]
    fn an_empty_file_waits_until_something_is_in_it() {
        let mut file = Story::new(0, Writer::Closed, false);
        assert_eq!(file.look(1, 0, true), Err(Why::Empty));
        assert_eq!(file.look(500, 0, true), Err(Why::Empty));
        assert_eq!(file.due(), 560);
        file.hint(510, 7, Writer::Closed);
        assert_eq!(file.look(511, 7, true), Ok(()));
    }

    #[test]
    fn a_scanner_that_closes_twice_is_given_the_time_anew() {
        let mut file = Story::new(5, Writer::Closed, false);
        file.hint(1, 5, Writer::Open);
        assert_eq!(file.look(1, 5, true), Err(Why::TooEarly));
        file.hint(2, 9, Writer::Closed);
        assert_eq!(file.due(), 3);
        assert_eq!(file.look(3, 9, true), Ok(()));
    }

    #[test]
    fn lost_events_do_not_keep_a_file_open() {
        let mut file = Story::new(5, Writer::Open, false);
        assert_eq!(file.due(), 30);
        file.file.forget_writer(&file.times);
        assert_eq!(file.due(), 3);
    }
}
