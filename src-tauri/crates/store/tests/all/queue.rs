//! The queue's promises, on a real library: one run at a time, fenced, fair, recovered.

use papertray_model::{
    DocumentId, ErrorCode, JobId, JobKind, JobState, Priority, Timestamp, UserError, job::Lane,
};
use papertray_store::{ActLimit, Claimed, Enqueued, Finish, NewJob, StopOutcome, Store, StoreError};

struct Queue {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Queue {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: Store::open(folder.path()).unwrap(), _folder: folder }
    }

    fn add(&self, owner: DocumentId, priority: Priority) -> Enqueued {
        let job =
            NewJob { priority, payload: Some("{}".into()), ..NewJob::new(JobKind::ReadDocument, owner) };
        self.store.write_blocking(move |w| w.enqueue(&job, Timestamp(1))).unwrap()
    }

    fn add_new(&self, priority: Priority) -> JobId {
        match self.add(DocumentId::new(), priority) {
            Enqueued::New(id) => id,
            Enqueued::AlreadyQueued(id) => panic!("job {id} was there"),
        }
    }

    fn claim(&self, token: &str) -> Option<Claimed> {
        self.claim_in_turn(token, false)
    }

    fn claim_in_turn(&self, token: &str, oldest: bool) -> Option<Claimed> {
        let token = token.to_owned();
        self.store
            .write_blocking(move |w| w.claim(Lane::Reading, oldest, &token, Timestamp(10), 1000))
            .unwrap()
    }

    fn finish(&self, job: &Claimed, finish: Finish) -> bool {
        let (id, token) = (job.id, job.token.clone());
        self.store.write_blocking(move |w| w.finish(id, &token, &finish, Timestamp(20))).unwrap().is_some()
    }

    fn ready_due(&self, now: i64) -> usize {
        self.store.write_blocking(move |w| w.ready_due(Timestamp(now), 1_000_000)).unwrap()
    }

    fn cancel(&self, id: JobId) -> StopOutcome {
        self.store.write_blocking(move |w| w.cancel_job(id, Timestamp(15))).unwrap()
    }

    fn state(&self, id: JobId) -> JobState {
        self.store.read(|r| r.job(id)).unwrap().unwrap().status
    }

    fn recover(&self) -> Vec<papertray_store::Recovered> {
        self.store.write_blocking(|w| w.recover(&error(ErrorCode::ReaderCrashed), Timestamp(30))).unwrap()
    }
}

fn error(code: ErrorCode) -> UserError {
    UserError::new(code, "it did not work", "try again")
}

#[test]
fn the_same_work_is_queued_once_while_it_is_open() {
    let queue = Queue::new();
    let owner = DocumentId::new();
    let Enqueued::New(id) = queue.add(owner, Priority::Normal) else { panic!("it is new") };
    assert_eq!(queue.add(owner, Priority::High), Enqueued::AlreadyQueued(id));
    let job = queue.claim("a").unwrap();
    assert_eq!(queue.add(owner, Priority::High), Enqueued::AlreadyQueued(id));
    assert!(queue.finish(&job, Finish::Completed { result: None }));
    assert!(matches!(queue.add(owner, Priority::Normal), Enqueued::New(_)));
}

#[test]
fn no_two_workers_get_the_same_job() {
    let queue = Queue::new();
    let mut wanted: Vec<_> = (0..200).map(|_| queue.add_new(Priority::Normal)).collect();
    let mut claimed: Vec<JobId> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|n| {
                let queue = &queue;
                scope.spawn(move || {
                    std::iter::from_fn(|| queue.claim(&format!("w{n}"))).map(|j| j.id).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|w| w.join().unwrap()).collect()
    });
    claimed.sort();
    wanted.sort();
    assert_eq!(claimed, wanted);
}

#[test]
fn high_goes_first_and_the_oldest_gets_its_turn() {
    let queue = Queue::new();
    let low = queue.add_new(Priority::Low);
    let high = queue.add_new(Priority::High);
    queue.add_new(Priority::High);
    assert_eq!(queue.claim("a").unwrap().id, high);
    assert_eq!(queue.claim_in_turn("b", true).unwrap().id, low);
}

#[test]
fn a_run_that_lost_its_claim_changes_nothing() {
    let queue = Queue::new();
    queue.add_new(Priority::Normal);
    let first = queue.claim("first").unwrap();
    queue.recover();
    let second = queue.claim("second").unwrap();
    assert_eq!(first.id, second.id);
    assert!(second.restarted);
    assert!(!queue.finish(&first, Finish::Completed { result: None }), "fenced");
    let (id, token) = (first.id, first.token.clone());
    assert!(matches!(queue.store.write_blocking(move |w| w.holds(id, &token)), Err(StoreError::Fenced)));
    assert_eq!(queue.state(first.id), JobState::Processing);
    assert!(queue.finish(&second, Finish::Completed { result: None }));
}

#[test]
fn what_was_interrupted_says_so_also_where_other_work_went_on() {
    let queue = Queue::new();
    let long = queue.add_new(Priority::High);
    queue.add_new(Priority::Normal);
    assert_eq!(queue.claim("long").unwrap().id, long);
    let short = queue.claim("short").unwrap();
    assert!(queue.finish(&short, Finish::Completed { result: None }));
    queue.recover();
    assert!(queue.claim("again").unwrap().restarted);
}

#[test]
fn whichever_of_cancel_and_complete_commits_first_wins() {
    let queue = Queue::new();
    let waiting = queue.add_new(Priority::Normal);
    assert_eq!(queue.cancel(waiting), StopOutcome::Done);
    assert_eq!(queue.state(waiting), JobState::Cancelled);

    queue.add_new(Priority::Normal);
    let job = queue.claim("a").unwrap();
    assert_eq!(queue.cancel(job.id), StopOutcome::Asked);
    let (id, token) = (job.id, job.token.clone());
    assert!(matches!(queue.store.write_blocking(move |w| w.holds(id, &token)), Err(StoreError::Fenced)));
    assert!(queue.finish(&job, Finish::Stopped));

    queue.add_new(Priority::Normal);
    let job = queue.claim("b").unwrap();
    assert!(queue.finish(&job, Finish::Completed { result: None }));
    assert_eq!(queue.cancel(job.id), StopOutcome::Over(JobState::Completed));
}

#[test]
fn a_retry_waits_for_its_time_and_a_wait_costs_no_attempt() {
    let queue = Queue::new();
    let id = queue.add_new(Priority::Normal);
    let job = queue.claim("a").unwrap();
    queue.finish(&job, Finish::Wait { error: error(ErrorCode::DiskFull), run_at: Timestamp(100) });
    assert_eq!(queue.state(id), JobState::Scheduled);
    assert_eq!(queue.store.read(|r| r.next_run_at()).unwrap(), Some(Timestamp(100)));
    assert!(queue.claim("b").is_none());
    assert_eq!(queue.ready_due(99), 0);
    assert_eq!(queue.ready_due(100), 1);
    let job = queue.claim("c").unwrap();
    assert_eq!(job.attempt, 1, "the wait gave the attempt back");
    queue.finish(&job, Finish::Retry { error: error(ErrorCode::Io), run_at: Timestamp(50) });
    queue.ready_due(60);
    assert_eq!(queue.claim("d").unwrap().attempt, 2);
}

#[test]
fn retries_are_counted_and_can_be_overruled() {
    let queue = Queue::new();
    let id = queue.add_new(Priority::Normal);
    for _ in 0..4 {
        let job = queue.claim("a").unwrap();
        queue.finish(&job, Finish::Failed { error: error(ErrorCode::Corrupt) });
        queue.store.write_blocking(move |w| w.retry_job(id, false, None)).unwrap();
    }
    assert_eq!(queue.state(id), JobState::Failed, "four runs are enough");
    assert!(!queue.store.write_blocking(move |w| w.retry_job(id, false, None)).unwrap());
    assert!(queue.store.write_blocking(move |w| w.retry_job(id, true, None)).unwrap());
    assert_eq!(queue.claim("b").unwrap().attempt, 1);
}

#[test]
fn crashes_without_progress_demote_and_then_park() {
    let queue = Queue::new();
    let id = queue.add_new(Priority::High);
    for crash in 1..=5 {
        queue.claim("a").unwrap();
        assert_eq!(queue.recover()[0].state, JobState::Pending, "crash {crash}");
    }
    assert_eq!(queue.store.read(|r| r.job(id)).unwrap().unwrap().priority, Priority::Low);
    // A page of progress forgives what was before.
    let job = queue.claim("b").unwrap();
    let (job_id, token) = (job.id, job.token.clone());
    queue.store.write_blocking(move |w| w.got_further(job_id, &token, Timestamp(40), 1000)).unwrap();
    for _ in 1..=5 {
        assert_eq!(queue.recover()[0].state, JobState::Pending);
        queue.claim("c").unwrap();
    }
    assert_eq!(queue.recover()[0].state, JobState::Failed);
    assert_eq!(queue.state(id), JobState::Failed);
}

#[test]
fn old_jobs_are_pruned_in_chunks() {
    let queue = Queue::new();
    for _ in 0..5 {
        queue.add_new(Priority::Normal);
        let job = queue.claim("a").unwrap();
        queue.finish(&job, Finish::Completed { result: None });
    }
    queue.add_new(Priority::Normal);
    assert_eq!(queue.store.write_blocking(|w| w.prune_jobs(Timestamp(1000), 3)).unwrap(), 3);
    assert_eq!(queue.store.write_blocking(|w| w.prune_jobs(Timestamp(1000), 3)).unwrap(), 2);
    assert_eq!(queue.store.queue_status().total, 1);
}

#[test]
fn a_failure_that_stands_outlives_the_history() {
    let queue = Queue::new();
    let owner = DocumentId::new();
    queue.add(owner, Priority::Normal);
    let job = queue.claim("a").unwrap();
    queue.finish(&job, Finish::Failed { error: error(ErrorCode::Corrupt) });
    let prune = || queue.store.write_blocking(|w| w.prune_jobs(Timestamp(1000), 10)).unwrap();
    assert_eq!(prune(), 0, "nobody has dealt with it");
    queue.add(owner, Priority::Normal);
    assert_eq!(prune(), 1, "it was read again");
}

#[test]
fn what_waits_for_a_job_goes_on_with_it_and_ends_with_it() {
    let queue = Queue::new();
    let after = |first: JobId| {
        let job = NewJob { waits_on: Some(first), ..NewJob::new(JobKind::ReadDocument, DocumentId::new()) };
        match queue.store.write_blocking(move |w| w.enqueue(&job, Timestamp(1))).unwrap() {
            Enqueued::New(id) => id,
            Enqueued::AlreadyQueued(_) => panic!("it is new"),
        }
    };
    let first = queue.add_new(Priority::Normal);
    let (second, third) = (after(first), after(first));
    assert_eq!(queue.state(second), JobState::Waiting);
    let job = queue.claim("a").unwrap();
    assert!(queue.claim("b").is_none(), "the others wait");
    queue.finish(&job, Finish::Failed { error: error(ErrorCode::Io) });
    assert_eq!(queue.state(second), JobState::Waiting, "the first may be retried");
    queue.store.write_blocking(move |w| w.retry_job(first, true, None)).unwrap();
    let job = queue.claim("c").unwrap();
    queue.finish(&job, Finish::Completed { result: None });
    assert_eq!((queue.state(second), queue.state(third)), (JobState::Pending, JobState::Pending));
    assert_eq!(queue.state(after(first)), JobState::Pending, "what it waits for is done");

    let first = queue.add_new(Priority::Normal);
    let second = after(first);
    let third = after(second);
    queue.cancel(first);
    assert_eq!((queue.state(second), queue.state(third)), (JobState::Cancelled, JobState::Cancelled));
}

#[test]
fn a_job_is_set_aside_and_goes_on() {
    let queue = Queue::new();
    let id = queue.add_new(Priority::Normal);
    let set_aside = |id| queue.store.write_blocking(move |w| w.set_job_aside(id)).unwrap();
    let resume = |id| queue.store.write_blocking(move |w| w.resume_job(id)).unwrap();
    assert_eq!(set_aside(id), StopOutcome::Done);
    assert!(queue.claim("a").is_none());
    assert!(resume(id));
    let job = queue.claim("b").unwrap();
    assert_eq!(set_aside(id), StopOutcome::Asked);
    assert!(queue.store.read(|r| r.job(id)).unwrap().unwrap().stopping);
    queue.finish(&job, Finish::Stopped);
    assert_eq!(queue.state(id), JobState::Paused);
    assert!(resume(id) && !resume(id));
    assert_eq!(queue.claim("c").unwrap().attempt, 1, "setting aside costs no attempt");
    // Asked for both, cancelling wins, also over a crash.
    set_aside(id);
    assert_eq!(queue.cancel(id), StopOutcome::Asked);
    assert_eq!(set_aside(id), StopOutcome::Asked);
    assert_eq!(queue.recover()[0].state, JobState::Cancelled);
}

#[test]
fn moved_to_the_top_the_latest_is_first() {
    let queue = Queue::new();
    let [a, b, c] = [Priority::High, Priority::Normal, Priority::Low].map(|p| queue.add_new(p));
    for (id, at) in [(b, 5), (c, 6)] {
        assert!(queue.store.write_blocking(move |w| w.run_next(id, Timestamp(at))).unwrap());
    }
    let order: Vec<_> = queue.store.read(|r| r.next_jobs(10)).unwrap().iter().map(|job| job.id).collect();
    assert_eq!(order, [c, b, a]);
    let claimed: Vec<_> = (0..3).map(|_| queue.claim("x").unwrap().id).collect();
    assert_eq!(claimed, [c, b, a]);
}

#[test]
fn a_run_whose_lease_is_over_loses_its_job() {
    let queue = Queue::new();
    queue.add_new(Priority::Normal);
    let job = queue.claim("lost").unwrap(); // until 1010
    let reclaim = |at| queue.store.write_blocking(move |w| w.reclaim_expired(Timestamp(at))).unwrap();
    assert_eq!(reclaim(1000), []);
    assert_eq!(reclaim(2000), [job.id]);
    let again = queue.claim("found").unwrap();
    assert!(!queue.finish(&job, Finish::Completed { result: None }), "fenced");
    assert!(queue.finish(&again, Finish::Completed { result: None }));
}

#[test]
fn a_clock_put_back_does_not_hold_a_retry_up_for_ever() {
    let queue = Queue::new();
    queue.add_new(Priority::Normal);
    let job = queue.claim("a").unwrap();
    let far = Timestamp(9_000_000_000);
    queue.finish(&job, Finish::Retry { error: error(ErrorCode::Io), run_at: far });
    assert_eq!(queue.ready_due(20), 1);
}

#[test]
fn counts_follow_every_step() {
    let queue = Queue::new();
    for _ in 0..4 {
        queue.add_new(Priority::Normal);
    }
    let done = queue.claim("a").unwrap();
    queue.finish(&done, Finish::Completed { result: None });
    let failed = queue.claim("b").unwrap();
    queue.finish(&failed, Finish::Failed { error: error(ErrorCode::Corrupt) });
    queue.claim("c").unwrap();
    let status = queue.store.queue_status();
    assert_eq!(
        (status.pending, status.processing, status.completed, status.failed, status.total),
        (1, 1, 1, 1, 4)
    );
    queue.store.write_blocking(|w| w.prune_jobs(Timestamp(1000), 10)).unwrap();
    assert_eq!(queue.store.queue_status().total, 3);
}

#[test]
fn failures_group_by_cause_and_the_latest_of_a_document_counts() {
    let queue = Queue::new();
    let fail = |code| {
        let id = queue.add_new(Priority::High);
        let job = queue.claim("a").unwrap();
        assert_eq!(job.id, id);
        queue.finish(&job, Finish::Failed { error: error(code) });
        (id, job.owner)
    };
    let (slow, _) = fail(ErrorCode::TimedOut);
    fail(ErrorCode::TimedOut);
    fail(ErrorCode::Encrypted);
    let (_, mended) = fail(ErrorCode::Corrupt);
    queue.add(mended.document(), Priority::High); // a later job of the same document
    let causes = queue.store.read(|r| r.failure_causes()).unwrap();
    let found: Vec<_> = causes.iter().map(|c| (c.code, c.count, c.retryable)).collect();
    assert_eq!(found, [(ErrorCode::TimedOut, 2, true), (ErrorCode::Encrypted, 1, false)]);
    let listed = |code| {
        let query = papertray_model::JobQuery { code: Some(code), ..Default::default() };
        queue.store.read(|r| r.jobs(&query)).unwrap().jobs.len()
    };
    assert_eq!(
        (listed(ErrorCode::TimedOut), listed(ErrorCode::Corrupt)),
        (2, 0),
        "a cause lists what it counts"
    );
    let failures = |code| queue.store.read(|r| r.standing_failures(code)).unwrap().len();
    assert_eq!(failures(None), 2, "those that may pass by themselves");
    assert_eq!(failures(Some(ErrorCode::Encrypted)), 1);
    let detail = queue.store.read(|r| r.job_detail(slow)).unwrap();
    assert_eq!(detail.attempts[0].outcome.as_deref(), Some("failed"));
    assert_eq!(detail.attempts[0].error.as_ref().unwrap().code, ErrorCode::TimedOut);
}

#[test]
fn lists_are_read_a_page_at_a_time() {
    let queue = Queue::new();
    let ids: Vec<_> = (0..7).map(|_| queue.add_new(Priority::Normal)).collect();
    let mut query = papertray_model::JobQuery {
        states: vec![JobState::Pending, JobState::Failed],
        limit: 3,
        ..Default::default()
    };
    let mut seen = vec![];
    loop {
        let page = queue.store.read(|r| r.jobs(&query)).unwrap();
        seen.extend(page.jobs.iter().map(|job| job.id));
        query.before = seen.last().copied();
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, ids.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn an_act_may_happen_so_often_and_the_refusal_says_when_again() {
    const LIMIT: ActLimit = ActLimit { action: "refresh", times: 2, within_ms: 100 };
    let queue = Queue::new();
    let act =
        |at| queue.store.write_blocking(move |w| w.record_act("refresh", "a", None, Timestamp(at))).unwrap();
    let again = |at| queue.store.read(|r| r.allowed_again(&LIMIT, "a", Timestamp(at))).unwrap();
    act(10);
    assert_eq!(again(11), None);
    act(20);
    assert_eq!(again(21), Some(Timestamp(110)));
    assert_eq!(again(110), None);
    assert_eq!(queue.store.read(|r| r.allowed_again(&LIMIT, "b", Timestamp(21))).unwrap(), None);
    // A clock put back must not lock the door for longer than the window.
    act(5000);
    act(5000);
    assert_eq!(again(300), Some(Timestamp(400)));
    assert_eq!(queue.store.read(|r| r.acts("refresh", "a")).unwrap().len(), 4);
}

#[test]
fn what_was_done_is_counted_by_the_minute() {
    let queue = Queue::new();
    queue.add_new(Priority::Normal);
    let job = queue.claim("a").unwrap();
    queue
        .store
        .write_blocking(|w| {
            w.count_page(papertray_model::PageSource::Ocr, 1000, Timestamp(20));
            w.count_page(papertray_model::PageSource::Ocr, 2000, Timestamp(20));
            Ok(())
        })
        .unwrap();
    queue.finish(&job, Finish::Completed { result: None });
    let metrics = queue.store.write_blocking(|w| {
        w.flush_measurements()?;
        w.queue_metrics(Timestamp(59_000), 1, 60)
    });
    let metrics = metrics.unwrap();
    let last = metrics.spans.last().unwrap();
    assert_eq!((metrics.spans.len(), last.at, last.pages, last.completed), (60, Timestamp(0), 2, 1));
    let ocr = metrics.stages.iter().find(|s| s.stage == "ocr").unwrap();
    assert_eq!((ocr.count, ocr.mean_ms), (2, 1500.0));
    assert_eq!(metrics.ends[0].outcome, "completed");
}

/// The writing connection refuses what the model's table of steps does not hold.
#[test]
fn a_job_takes_only_legal_steps() {
    let queue = Queue::new();
    let id = queue.add_new(Priority::Normal);
    let job = queue.claim("a").unwrap();
    queue.finish(&job, Finish::Completed { result: None });
    let refused = queue.store.write_blocking(move |w| w.retry_job(id, true, None)).unwrap();
    assert!(!refused, "a completed job is not retried");
    assert_eq!(JobState::Completed.may_become(), []);
}
