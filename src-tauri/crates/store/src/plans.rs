//! Looks at the plan of every statement about jobs: none may walk the table or sort it, however many jobs there are.

use std::{collections::BTreeSet, sync::Mutex};

use papertray_model::{
    DocumentId, ErrorCode, JobId, JobKind, JobQuery, JobState, PageSource, Priority, Timestamp, UserError,
    job::Lane,
};

use crate::{ActLimit, Claimed, Enqueued, Finish, NewJob, Read, Result, Store, Write};

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

pub(crate) fn note(sql: &str) {
    SEEN.lock().unwrap().insert(sql.to_owned());
}

/// The statements seen so far that `wanted` picks.
pub(crate) fn seen(wanted: impl Fn(&str) -> bool) -> Vec<String> {
    SEEN.lock().unwrap().iter().filter(|sql| wanted(sql)).cloned().collect()
}

const LIMIT: ActLimit = ActLimit { action: "refresh", times: 1, within_ms: 1 };

fn new_job(w: &Write<'_>) -> JobId {
    let job = NewJob { payload: Some("{}".into()), ..NewJob::new(JobKind::ReadDocument, DocumentId::new()) };
    match w.enqueue(&job, Timestamp(1)).unwrap() {
        Enqueued::New(id) | Enqueued::AlreadyQueued(id) => id,
    }
}

fn claim(w: &Write<'_>, oldest: bool) -> Claimed {
    w.claim(Lane::Reading, oldest, "t", Timestamp(1), 1).unwrap().unwrap()
}

fn every_write(w: &Write<'_>) -> Result<()> {
    let error = UserError::new(ErrorCode::Io, "it did not work", "");
    let now = Timestamp(2);
    let ends = [
        Finish::Completed { result: None },
        Finish::Failed { error: error.clone() },
        Finish::Retry { error: error.clone(), run_at: now },
        Finish::Stopped,
        Finish::GivenBack,
    ];
    for (i, end) in ends.iter().enumerate() {
        new_job(w);
        let job = claim(w, i % 2 == 0);
        w.holds(job.id, "t")?;
        w.got_further(job.id, "t", now, 1)?;
        w.renew_lease(job.id, now, 1)?;
        w.finish(job.id, "t", end, now)?;
        w.retry_job(job.id, true, Some("{}"))?;
    }
    let id = new_job(w);
    w.set_job_aside(id)?;
    w.resume_job(id)?;
    w.run_next(id, now)?;
    w.cancel_job(id, now)?;
    new_job(w);
    claim(w, false);
    w.reclaim_expired(Timestamp(100))?;
    w.shift_running(1)?;
    w.ready_due(now, 10)?;
    claim(w, false);
    w.recover(&error, now)?;
    w.count_page(PageSource::Ocr, 1, now);
    w.write_tallies(w.counted.mine.take())?;
    w.record_act("refresh", "a", Some(id), now)?;
    w.prune_jobs(Timestamp(100), 10)?;
    w.prune_metrics(now)?;
    Ok(())
}

fn every_read(r: &Read<'_>) -> Result<()> {
    let owner = DocumentId::new();
    let queries = [
        JobQuery::default(),
        JobQuery { states: vec![JobState::Failed], ..JobQuery::default() },
        JobQuery { owner: Some(owner.into()), ..JobQuery::default() },
        JobQuery { code: Some(ErrorCode::Io), ..JobQuery::default() },
    ];
    for query in queries {
        r.jobs(&query)?;
    }
    r.next_jobs(10)?;
    r.jobs_of(owner)?;
    r.open_jobs()?;
    r.has_work(Timestamp(1))?;
    r.running_since_before(Timestamp(1))?;
    r.next_run_at()?;
    r.failure_causes()?;
    r.standing_failures(None)?;
    r.queue_metrics(Timestamp(1), 1, 60)?;
    r.allowed_again(&LIMIT, "a", Timestamp(1))?;
    r.acts("refresh", "a")?;
    r.job_log(JobId(1)).map(drop)
}

/// Small tables that are meant to be walked: a row a state, a stage, a way to end.
const SMALL: [&str; 4] = ["metric_stage", "metric_end", "metric_cause", "CONSTANT ROW"];

#[test]
fn every_statement_about_jobs_uses_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.write_blocking(every_write).unwrap();
    store.write_blocking(|w| w.job_detail(new_job(w)).map(drop)).unwrap();
    store.read(every_read).unwrap();
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    let seen = SEEN.lock().unwrap().clone();
    let about_jobs: Vec<_> =
        seen.iter().filter(|sql| ["job", "metric_", "act "].iter().any(|word| sql.contains(word))).collect();
    assert!(about_jobs.len() > 50, "only {} statements were seen", about_jobs.len());
    for sql in about_jobs {
        let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = explain.parameter_count();
        let nothing = vec![rusqlite::types::Null; count];
        let lines: Vec<String> = explain
            .query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))
            .unwrap()
            .map(std::result::Result::unwrap)
            .collect();
        for line in lines {
            // A walk along a partial index or an index in order meets only the rows that are asked for.
            let walks = line.starts_with("SCAN")
                && !line.contains("INDEX")
                && !SMALL.iter().any(|t| line.contains(t));
            // Lists without a condition go along the table's own order, newest first, and stop at their limit.
            let newest_first = line == "SCAN j" && sql.contains("ORDER BY j.id DESC LIMIT");
            assert!(newest_first || !walks, "{sql}\n{line}");
            // Sorting a handful of causes, minutes or ways to end is no sorting of jobs.
            let small = ["GROUP BY j.error_code", "FROM metric_", "ORDER BY started_at"]
                .iter()
                .any(|s| sql.contains(s));
            assert!(small || !line.contains("TEMP B-TREE"), "{sql}\n{line}");
        }
    }
}

/// Statements about collections go along an index; only the list of all collections, and of all their stored
/// files, is walked.
#[test]
fn every_statement_about_collections_uses_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.write_blocking(every_collection_statement).unwrap();
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    let about = ["collection", "extract", "product", "purchase_order", "_column", "item", "resolution"];
    let statements = seen(|sql| about.iter().any(|word| sql.contains(word)));
    assert!(statements.len() > 40, "only {} statements were seen", statements.len());
    for sql in statements {
        let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nothing = vec![rusqlite::types::Null; explain.parameter_count()];
        let lines =
            explain.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
        for line in lines.map(std::result::Result::unwrap) {
            let walks = line.starts_with("SCAN") && !line.contains("INDEX") && !line.contains("CONSTANT ROW");
            let all = sql.contains("FROM collection WHERE removed_at IS NULL ORDER BY id DESC")
                || sql.contains("UNION SELECT blob_hash FROM deck_blob");
            assert!(all || !walks, "{sql}\n{line}");
        }
    }
}

fn every_collection_statement(w: &Write<'_>) -> Result<()> {
    use crate::{StoredEdit, Work};
    use papertray_model::{
        BlobHash, CollectionId, ItemId, Order, Sheet,
        collection::{CollectionInfo, InputRole, ItemKey, Resolution, WorkState},
    };
    let (id, now, document) = (CollectionId::new(), Timestamp(1), DocumentId::new());
    let info = CollectionInfo { name: "a".into(), ..CollectionInfo::default() };
    w.insert_collection(id, &info, now)?;
    w.set_collection_info(id, &info, now)?;
    w.set_found(id, &info, &[], now)?;
    w.set_category_names(id, &std::collections::BTreeMap::new(), &[], now)?;
    w.begin_work(id, Work::Items, JobId(1))?;
    w.begin_phase(id, Work::Items, 1, false)?;
    w.put_phase_result(id, Work::Items, 1, "h", &1)?;
    w.set_made_from(id, Work::Items, "h")?;
    w.end_work(id, Work::Items, WorkState::Completed, None, now)?;
    w.forget_phases(id, Work::Items, 1)?;
    w.put_deck_settings(id, &papertray_model::deck::DeckSettings::default())?;
    w.put_deck(id, &made_deck())?;
    w.put_products(id, &[papertray_model::Product::default()])?;
    w.put_items(id, &[], now)?;
    w.order_items(id, &[], now)?;
    w.put_unmatched_lines(id, &[])?;
    w.resolve_line(id, "k", Some(&Resolution::Own))?;
    w.resolve_line(id, "k", None)?;
    w.remember_column("b", "h", None, now)?;
    w.remove_input(id, document, now)?;
    w.move_inputs(document, document)?;
    // These name rows that are not there, or a document that is not: their plans are the same.
    let edit = StoredEdit { item: ItemId::new(), key: ItemKey::Name, before: None, mine: String::new() };
    let _ = w.put_edit(id, &edit, now);
    let _ = w.reset_edit(id, edit.item, ItemKey::Included, true, now);
    let _ = w.put_input(id, document, InputRole::Linesheet, now);
    let _ = w.put_order(id, document, &Order::default());
    let _ = w.set_order_column(id, document, "h", None);
    let _ = w.put_sheet(document, 0, "k", &Sheet::default());
    w.collections()?;
    w.require_collection(id)?;
    w.inputs(id)?;
    w.collections_of(document)?;
    w.collection_work(id, Work::Items)?;
    w.phase_result::<u32>(id, Work::Items, 1, "h")?;
    w.last_phase_result::<u32>(id, Work::Items, 1)?;
    w.products(id)?;
    w.product_count(id)?;
    w.orders(id)?;
    w.order_columns(id, document)?;
    w.buyer_columns("b")?;
    w.items(id)?;
    w.item_ids(id)?;
    w.item_counts(id)?;
    w.item_edits(id)?;
    w.unmatched_lines(id)?;
    w.page_pictures(document, 1, "k")?;
    w.sheet_count(document, "k")?;
    w.taken_out_of(document)?;
    w.extracted_blobs()?;
    w.deck_settings(id)?;
    w.decks(id)?;
    if let Some(hash) = BlobHash::parse(&"a".repeat(64)) {
        w.needs_blob(&hash)?;
    }
    w.set_collection_removed(id, true, now)?;
    w.purge_collections(Timestamp(9)).map(drop)
}

/// A deck with a file.
fn made_deck() -> crate::StoredDeck {
    let version = serde_json::json!({
        "version": 1, "created_at": Timestamp(1), "preset": "sell_in", "slide_count": 0, "item_count": 0,
        "files": [{ "format": "pdf", "file_name": "a.pdf", "size": 1, "blob": "a".repeat(64) }],
        "out_of_date": false, "changes": [], "notes": []
    });
    crate::StoredDeck {
        version: serde_json::from_value(version).unwrap(),
        made_from: "h".into(),
        slides: vec![],
    }
}

#[test]
fn what_lists_count_is_read_from_an_index_alone() {
    use papertray_model::{DocumentFilter, DocumentQuery};
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store
        .read(|r| {
            for filter in [DocumentFilter::All, DocumentFilter::NeedsReview] {
                r.documents(&DocumentQuery { filter, ..DocumentQuery::default() })?;
            }
            r.inbox_counts()
        })
        .unwrap();
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    let counts = seen(|sql| sql.starts_with("SELECT count(*)") && sql.contains("FROM document d WHERE"));
    assert!(counts.len() >= 3, "{counts:?}");
    for sql in counts.iter().filter(|sql| !sql.contains('?')) {
        let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let first: String = explain.query_row([], |row| row.get(3)).unwrap();
        let states = sql.contains(" d.status IN ('failed'") || sql.contains(" d.status IN ('uploading'");
        assert!(
            first.contains("COVERING INDEX document_listed") || (states && first.contains("SEARCH")),
            "{sql}\n{first}"
        );
    }
}

#[test]
fn priorities_do_not_change_the_plan() {
    // The claim's order is the index's order: with a second lane full of work nothing is sorted either.
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store
        .write_blocking(|w| {
            for priority in [Priority::Low, Priority::High] {
                let job = NewJob { priority, ..NewJob::new(JobKind::DescribeDocument, DocumentId::new()) };
                w.enqueue(&job, Timestamp(1))?;
            }
            assert!(w.claim(Lane::Reading, false, "t", Timestamp(1), 1)?.is_none());
            let first = w.claim(Lane::Short, false, "t", Timestamp(1), 1)?;
            assert_eq!(w.job(first.unwrap().id)?.unwrap().priority, Priority::High);
            Ok(())
        })
        .unwrap();
}
