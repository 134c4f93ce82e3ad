//! What each command does: decode, call the engine, print.

use std::{collections::VecDeque, path::PathBuf, sync::Arc};

use papertray_engine::{CancelReport, Engine, EngineConfig, default_library, one_shot};
use papertray_model::{
    AddOptions, AddOutcome, DocType, DocumentId, DocumentQuery, DocumentStatus, ErrorCode, JobQuery,
    JobState, PauseMode, ReadMode, UserError, job::HealthStatus,
};
use papertray_reader::{PoolConfig, ReaderPool, native};
use serde_json::json;

use crate::{
    collections, finding, folders, meaning,
    output::{Output, plain_job, plain_outcome, plain_reading, plain_row},
    pages, services,
    usage::{Arguments, Command, JobAct, QueueVerb, parse_job},
};

pub(crate) type Result<T> = std::result::Result<T, UserError>;

/// Due within this time counts as work left: retries after a moment are waited for.
pub(crate) const SOON_MS: i64 = 10_000;

pub(crate) fn cannot_start(error: &std::io::Error) -> UserError {
    UserError::new(ErrorCode::Io, format!("The program could not start its threads: {error}."), "")
}

pub(crate) async fn run(arguments: Arguments, output: &Output) -> Result<()> {
    let Arguments { library, command, .. } = arguments;
    let works = match &command {
        Command::Read { files, password, ocr } => return read(files, password.clone(), *ocr, output).await,
        Command::Restore { file } => {
            let library = library.map_or_else(default_library, Ok)?;
            return finding::restore(file.clone(), library, output).await;
        }
        Command::Work
        | Command::Add { wait: true, .. }
        | Command::Process { wait: true, .. }
        | Command::Retry { .. }
        | Command::RetryFailed { .. }
        | Command::Refresh { history: false, .. }
        | Command::Replay { .. }
        | Command::Split { .. }
        | Command::Pages { .. }
        | Command::SplitOff { .. }
        | Command::Merge { .. }
        | Command::Regenerate { .. } => true,
        Command::Watch(watch) => !watch.once || watch.wait,
        Command::Collection { verb } => verb.works(),
        _ => false,
    };
    let mut config = EngineConfig::new(library.map_or_else(default_library, Ok)?);
    config.start_workers = works;
    config.folders.watch = false;
    let until_stopped = matches!(&command, Command::Watch(watch) if !watch.once);
    let engine = Engine::open(config).await?;
    let result = tokio::select! {
        result = with_library(&engine, command, output) => result,
        _ = tokio::signal::ctrl_c() => stopped(until_stopped),
    };
    engine.shutdown().await;
    result
}

/// For a command that runs until it is stopped this is the usual end.
fn stopped(is_its_end: bool) -> Result<()> {
    if is_its_end {
        return Ok(());
    }
    Err(UserError::new(
        ErrorCode::WrongState,
        "Stopped. Running work was given back to the queue.",
        "`papertray-cli work` goes on with it.",
    ))
}

async fn with_library(engine: &Engine, command: Command, output: &Output) -> Result<()> {
    match command {
        Command::Read { .. } | Command::Restore { .. } => Ok(()), // need no library; done before
        Command::Search { query, limit } => finding::search(engine, &query, limit, output),
        Command::Export { documents, format, columns, out } => {
            finding::export(engine, documents, format, columns, out, output).await
        }
        Command::Backup { file } => finding::backup(engine, file, output).await,
        Command::Add { paths, wait, stage, duplicates } => {
            add(engine, paths, wait, AddOptions { stage, duplicates }, output).await
        }
        Command::Process { documents, wait } => process(engine, documents, wait, output).await,
        Command::List { state, doc_type, tag, limit } => {
            list(engine, state, doc_type.map(DocType::new), tag, limit, output)
        }
        Command::Show { document, words } => show(engine, document, words, output),
        Command::Retry { document, anyway, password } => {
            match password {
                Some(password) => engine.unlock(document, password).await?,
                None => engine.retry(document, anyway).await?,
            };
            engine.idle(SOON_MS).await?;
            show_row(engine, document, output)
        }
        Command::Regenerate { document } => {
            engine.regenerate(document).await?;
            engine.idle(SOON_MS).await?;
            show(engine, document, false, output)
        }
        Command::Refresh { document, history: true, .. } => {
            for (at, job) in engine.refreshes(document)? {
                output.answer(&json!({"document_id": document, "at": at, "job_id": job}), || {
                    json!(at).as_str().unwrap_or_default().to_owned()
                });
            }
            Ok(())
        }
        Command::Refresh { document, history: false, page, ocr } => {
            let refreshed = match page {
                Some(page) => engine.refresh_page(document, page, ocr).await?,
                None => engine.refresh(document).await?,
            };
            output.answer(&refreshed, || refreshed.message.clone());
            engine.idle(SOON_MS).await?;
            show_row(engine, document, output)
        }
        Command::RetryFailed { cause } => {
            let count = engine.retry_failed(cause).await?;
            engine.idle(SOON_MS).await?;
            let status = engine.snapshot()?.status;
            output.answer(&json!({"retried": count, "failed": status.failed}), || {
                format!("{count} tried again, {} failed", status.failed)
            });
            Ok(())
        }
        Command::Cancel { target } if target == "all" => {
            let count = engine.cancel_all().await?;
            output.answer(&json!({"target": target, "outcome": "cancelled", "jobs": count}), || {
                format!("{count} jobs cancelled")
            });
            Ok(())
        }
        Command::Cancel { target } => {
            let report = match target.parse::<DocumentId>() {
                Ok(document) => engine.cancel_document(document).await?,
                Err(_) => match parse_job(&target) {
                    Ok(job) => engine.cancel_job(job).await?,
                    Err(_) => {
                        return Err(UserError::new(
                            ErrorCode::Usage,
                            format!("`{target}` is neither a document's id nor a job's number."),
                            "`papertray-cli list` and `papertray-cli jobs` show both.",
                        ));
                    }
                },
            };
            let word = match report {
                CancelReport::Cancelled => "cancelled",
                CancelReport::NothingToCancel => "nothing_to_cancel",
            };
            output.answer(&json!({"target": target, "outcome": word}), || word.replace('_', " "));
            Ok(())
        }
        Command::Tag { document, changes } => meaning::tag(engine, document, &changes, output).await,
        Command::Types { schema } => meaning::types(engine, schema.as_deref(), output),
        Command::Replay { documents, doc_type } => {
            meaning::replay(engine, documents, doc_type.as_deref(), output).await
        }
        Command::Diff { document } => meaning::diff(engine, document, output),
        Command::Split { document, pages, reset } => {
            meaning::split(engine, document, pages, reset, output).await
        }
        Command::Pages { document, order, reset } => {
            pages::pages(engine, document, &order, reset, output).await
        }
        Command::SplitOff { document, pages } => pages::split_off(engine, document, pages, output).await,
        Command::Merge { documents } => pages::merge(engine, documents, output).await,
        Command::Duplicates { different } => pages::duplicates(engine, &different, output).await,
        Command::MoveLibrary { folder } => finding::move_library(engine, folder, output).await,
        Command::Provider { verb } => services::provider(engine, verb, output).await,
        Command::Privacy { limit } => services::privacy(engine, limit, output),
        Command::Ocr { mode } => services::read_mode(engine, mode, output).await,
        Command::BadPages { what } => services::bad_pages(engine, what.map(|w| w == "stop"), output).await,
        Command::Lessons => meaning::lessons(engine, output),
        Command::Forget { which } => meaning::forget(engine, &which, output).await,
        Command::Accept { document } => {
            engine.accept(document).await?;
            show_row(engine, document, output)
        }
        Command::Set { document, field, value }
            if matches!(field.as_str(), "display_name" | "summary" | "language" | "note") =>
        {
            engine.set_description(document, &field, &value).await?;
            show(engine, document, false, output)
        }
        Command::Set { document, field, value } => {
            engine.set_field(document, field, value).await?;
            show(engine, document, false, output)
        }
        Command::Remove { document } => {
            engine.remove(vec![document]).await?;
            output.answer(&json!({"document_id": document, "outcome": "removed"}), || "removed".to_owned());
            Ok(())
        }
        Command::RestoreRemoved { document } => {
            engine.restore(vec![document]).await?;
            show_row(engine, document, output)
        }
        Command::Work => {
            engine.idle(SOON_MS).await?;
            let status = engine.snapshot()?.status;
            output.answer(&status, || {
                format!("{} done, {} failed, {} waiting", status.completed, status.failed, status.pending)
            });
            Ok(())
        }
        Command::Collection { verb } => collections::run(engine, verb, output).await,
        Command::Watch(watch) => folders::watch(engine, watch, output).await,
        Command::Ledger { dir } => folders::ledger(engine, dir.as_deref(), output),
        Command::Jobs { causes: true, .. } => {
            for cause in engine.failure_causes()? {
                output.answer(&cause, || format!("{:>6}  {}", cause.count, cause.example));
            }
            Ok(())
        }
        Command::Jobs { state, .. } => jobs(engine, state, output),
        Command::Job { id, log, act } => {
            match act {
                Some(JobAct::Pause) => engine.pause_job(id).await?,
                Some(JobAct::Resume) => engine.resume_job(id).await?,
                Some(JobAct::Next) => engine.run_next(id).await?,
                None => {}
            }
            let detail = engine.job(id)?;
            output.answer(&detail.job, || plain_job(&detail.job));
            if log {
                for attempt in &detail.attempts {
                    output.answer(attempt, || {
                        let end = attempt.outcome.as_deref().unwrap_or("at work");
                        format!("run {}: {end}", attempt.attempt)
                    });
                }
                for line in &detail.log {
                    output.answer(line, || line.message.clone());
                }
            }
            Ok(())
        }
        Command::Queue { verb } => {
            match verb {
                QueueVerb::Status => {}
                QueueVerb::Pause { suspend, minutes } => {
                    let mode = if suspend { PauseMode::Suspend } else { PauseMode::Drain };
                    engine.pause(mode, minutes).await?;
                }
                QueueVerb::Resume => engine.resume().await?,
            }
            let (status, pause) = (engine.snapshot()?.status, engine.paused());
            let mut answer = json!(status);
            answer["paused"] = pause.is_some().into();
            answer["pause"] = json!(pause);
            output.answer(&answer, || format!("{status:?}{}", if pause.is_some() { ", paused" } else { "" }));
            Ok(())
        }
        Command::Metrics { hours } => {
            let (metrics, text) = (engine.queue_metrics(hours).await?, engine.metrics_text().await?);
            output.answer(&metrics, || text.trim_end().to_owned());
            Ok(())
        }
        Command::Health => {
            let health = engine.health();
            if health.status == HealthStatus::Unhealthy {
                output.note_failure();
            }
            output.answer(&health, || match &health.error {
                None => "healthy".to_owned(),
                Some(e) => format!("unhealthy: {e}"),
            });
            Ok(())
        }
        Command::Samples { remove } => {
            if remove {
                let removed = engine.remove_samples().await?;
                output.answer(&json!({"removed": removed}), || format!("{} samples removed", removed.len()));
            } else {
                let samples = engine.add_samples().await?;
                output.answer(&samples, || {
                    let collection = samples.collection.map_or_else(String::new, |id| id.to_string());
                    format!("{} documents, collection {collection}", samples.documents.len())
                });
            }
            Ok(())
        }
        Command::Doctor => {
            let found = engine.diagnose().await?;
            if !found.sound {
                output.note_failure();
            }
            output.answer(&found, || {
                let verdict = format!(
                    "{} stored files checked, {} problems",
                    found.files_checked,
                    found.problems.len()
                );
                [vec![verdict], found.problems.clone()].concat().join("\n")
            });
            Ok(())
        }
    }
}

async fn read(files: &[PathBuf], password: Option<String>, mode: ReadMode, output: &Output) -> Result<()> {
    let mut config = PoolConfig::new(papertray_engine::find_reader()?, native::find()?);
    // One child a file is all that is ever used.
    config.children = config.children.min(files.len());
    let pool = Arc::new(ReaderPool::new(config));
    let mut waiting: VecDeque<&PathBuf> = files.iter().collect();
    let mut reading = VecDeque::new();
    // Answers come in the order of the files; a few more than the children are kept going, so none of them idles.
    while !(waiting.is_empty() && reading.is_empty()) {
        while reading.len() < pool.children() * 2
            && let Some(file) = waiting.pop_front()
        {
            let (pool, file, password) = (Arc::clone(&pool), file.clone(), password.clone());
            reading
                .push_back(tokio::spawn(async move { one_shot::read(&pool, &file, password, mode).await }));
        }
        let Some(next) = reading.pop_front() else { break };
        let answer = next.await.map_err(|e| UserError::new(ErrorCode::Internal, e.to_string(), ""))?;
        if answer.status != DocumentStatus::OcrComplete {
            output.note_failure();
        }
        output.answer(&answer, || plain_reading(&answer));
    }
    pool.close().await;
    Ok(())
}

async fn process(engine: &Engine, documents: Vec<DocumentId>, wait: bool, output: &Output) -> Result<()> {
    let chosen = if documents.is_empty() { engine.staged()? } else { documents };
    let begun = engine.process_staged(chosen.clone()).await?;
    for document in chosen.iter().filter(|document| !begun.contains(document)) {
        let error = UserError::new(
            ErrorCode::WrongState,
            "It does not wait to be processed.",
            "`papertray-cli retry` or `refresh` reads a document again.",
        );
        output.failed_input("document_id", &document.to_string(), &error);
    }
    if wait {
        engine.idle(SOON_MS).await?;
    }
    begun.into_iter().try_for_each(|document| show_row(engine, document, output))
}

async fn add(
    engine: &Engine,
    paths: Vec<PathBuf>,
    wait: bool,
    options: AddOptions,
    output: &Output,
) -> Result<()> {
    let outcomes = engine.add_with(paths, options).await?;
    for outcome in &outcomes {
        match outcome {
            AddOutcome::Refused { file, error } => output.failed_input("file", file, error),
            outcome => output.answer(outcome, || plain_outcome(outcome)),
        }
    }
    if !wait {
        // The answer is out; what is still being copied is finished before the program ends.
        return engine.stored().await;
    }
    engine.idle(SOON_MS).await?;
    for outcome in &outcomes {
        if let AddOutcome::Added { document_id, .. } = outcome {
            show_row(engine, *document_id, output)?;
        }
    }
    Ok(())
}

fn list(
    engine: &Engine,
    status: Option<DocumentStatus>,
    doc_type: Option<DocType>,
    tag: Option<String>,
    limit: Option<u32>,
    output: &Output,
) -> Result<()> {
    let mut left = limit.unwrap_or(u32::MAX);
    let mut query = DocumentQuery { status, doc_type, tag, ..DocumentQuery::default() };
    while left > 0 {
        query.limit = left.min(500);
        let page = engine.documents(&query)?;
        for row in &page.rows {
            output.answer(row, || plain_row(row));
        }
        left = left.saturating_sub(page.rows.len() as u32);
        query.after = page.rows.last().map(|row| row.document_id);
        if !page.more {
            break;
        }
    }
    Ok(())
}

fn jobs(engine: &Engine, state: Option<JobState>, output: &Output) -> Result<()> {
    let mut query = JobQuery { states: state.into_iter().collect(), ..JobQuery::default() };
    loop {
        let page = engine.jobs(&query)?;
        for job in &page.jobs {
            output.answer(job, || plain_job(job));
        }
        query.before = page.jobs.last().map(|job| job.id);
        if !page.more {
            return Ok(());
        }
    }
}

fn show(engine: &Engine, document: DocumentId, words: bool, output: &Output) -> Result<()> {
    let reading = engine.reading(document, words)?;
    output.answer(&reading, || plain_reading(&reading));
    Ok(())
}

fn show_row(engine: &Engine, document: DocumentId, output: &Output) -> Result<()> {
    let row = engine.document(document)?;
    if matches!(row.status, DocumentStatus::Failed | DocumentStatus::Partial) {
        output.note_failure();
    }
    output.answer(&row, || plain_row(&row));
    Ok(())
}
