//! The queue's promises, on a real library: one run at a time, fenced, fair, recovered.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

use papertray_model::{
    DocumentId, ErrorCode, JobId, JobKind, JobState, Priority, Timestamp, UserError, job::Lane,
};
use papertray_store::{CancelOutcome, Claimed, Enqueued, Finish, NewJob, Store, StoreError};

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
        let job = NewJob { kind: JobKind::ReadDocument, owner, priority, payload: Some("{}".into()) };
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
        self.store.write_blocking(move |w| w.finish(id, &token, &finish, Timestamp(20))).unwrap()
    }

    fn cancel(&self, id: JobId) -> CancelOutcome {
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
fn whichever_of_cancel_and_complete_commits_first_wins() {
    let queue = Queue::new();
    let waiting = queue.add_new(Priority::Normal);
    assert_eq!(queue.cancel(waiting), CancelOutcome::Cancelled);
    assert_eq!(queue.state(waiting), JobState::Cancelled);

    queue.add_new(Priority::Normal);
    let job = queue.claim("a").unwrap();
    assert_eq!(queue.cancel(job.id), CancelOutcome::Asked);
    let (id, token) = (job.id, job.token.clone());
    assert!(matches!(queue.store.write_blocking(move |w| w.holds(id, &token)), Err(StoreError::Fenced)));
    assert!(queue.finish(&job, Finish::Cancelled));

    queue.add_new(Priority::Normal);
    let job = queue.claim("b").unwrap();
    assert!(queue.finish(&job, Finish::Completed { result: None }));
    assert_eq!(queue.cancel(job.id), CancelOutcome::AlreadyOver(JobState::Completed));
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
    assert_eq!(queue.store.write_blocking(|w| w.ready_due(Timestamp(99))).unwrap(), 0);
    assert_eq!(queue.store.write_blocking(|w| w.ready_due(Timestamp(100))).unwrap(), 1);
    let job = queue.claim("c").unwrap();
    assert_eq!(job.attempt, 1, "the wait gave the attempt back");
    queue.finish(&job, Finish::Retry { error: error(ErrorCode::Io), run_at: Timestamp(50) });
    queue.store.write_blocking(|w| w.ready_due(Timestamp(60))).unwrap();
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
        assert!(queue.recover()[0].goes_on, "crash {crash}");
    }
    assert_eq!(queue.store.read(|r| r.job(id)).unwrap().unwrap().priority, Priority::Low);
    // A page of progress forgives what was before.
    let job = queue.claim("b").unwrap();
    let (job_id, token) = (job.id, job.token.clone());
    queue.store.write_blocking(move |w| w.got_further(job_id, &token, Timestamp(40), 1000)).unwrap();
    for _ in 1..=5 {
        assert!(queue.recover()[0].goes_on);
        queue.claim("c").unwrap();
    }
    assert!(!queue.recover()[0].goes_on);
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
    assert_eq!(queue.store.read(|r| r.queue_status()).unwrap().total, 1);
}

/// Every question the workers ask is answered from an index made for it: none scans or sorts the table.
#[test]
fn the_queues_questions_use_their_indexes() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    let questions = [
        ("SELECT id FROM job WHERE state = 1 AND lane = 0 ORDER BY priority DESC, id LIMIT 1", "job_ready"),
        ("SELECT id FROM job WHERE state = 1 AND lane = 0 ORDER BY id LIMIT 1", "job_oldest"),
        ("SELECT min(run_at) FROM job INDEXED BY job_scheduled WHERE state = 0", "job_scheduled"),
        (
            "SELECT id FROM job INDEXED BY job_finished WHERE state IN (3, 4, 5) AND finished_at < 9 LIMIT 9",
            "job_finished",
        ),
        ("SELECT id FROM job WHERE owner = 'a' AND state IN (0, 1, 2, 6, 7)", "job_open"),
        (
            "SELECT id FROM job WHERE kind = 'a' AND dedupe_key = 'b' AND dedupe_key IS NOT NULL AND state IN (0, 1, 2, 6, 7)",
            "job_dedupe",
        ),
        ("SELECT id FROM document WHERE blob_hash = 'a'", "document_blob"),
    ];
    for (question, index) in questions {
        let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {question}")).unwrap();
        let lines: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        let plan = lines.join("; ");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{question}: {plan}");
    }
}
