//! Tells another program or a person that a batch is ready, where somebody wants that. A line stands in the privacy
//! ledger before anything is sent; what fails in passing is tried again by the queue like any other job.

use papertray_model::{
    DocumentRow, ErrorCode, JobKind, NewSending, UserError,
    tell::{TellTarget, Told, ToldDocument},
};
use papertray_providers::{Secret, mail, offline, webhook};
use papertray_store::{Claimed, NewJob};

use super::Failure;
use crate::{Engine, Result, Shared, blocking, errors};

pub(crate) async fn run(shared: &Shared, job: &Claimed) -> std::result::Result<Option<Claimed>, Failure> {
    let target = if job.kind == JobKind::SendMail { TellTarget::Mail } else { TellTarget::Webhook };
    let told: Option<Told> = job.payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
    let tell = shared.settings()?.tell;
    let wanted = match target {
        TellTarget::Webhook => tell.webhook.on,
        TellTarget::Mail => tell.mail.on,
    };
    if let Some(told) = told.filter(|_| wanted) {
        send(shared, target, &told, &format!("{}-{}", job.owner, job.id)).await?;
    }
    super::complete(shared, job, None, |_| Ok(())).await
}

impl Shared {
    /// Queues what shall be told of a batch that ended.
    pub(crate) async fn tell_others(
        &self,
        read: &[&DocumentRow],
        failed: &[&DocumentRow],
        needs_review: u32,
    ) {
        let tell = self.settings().unwrap_or_default().tell;
        let kinds = [(tell.webhook.on, JobKind::SendWebhook), (tell.mail.on, JobKind::SendMail)];
        let kinds: Vec<JobKind> = kinds.into_iter().filter(|(on, _)| *on).map(|(_, kind)| kind).collect();
        let Some(first) = read.first().or(failed.first()).map(|row| row.document_id) else { return };
        if kinds.is_empty() {
            return;
        }
        let now = self.clock.now();
        let documents = |rows: &[&DocumentRow]| rows.iter().map(|row| told_document(row)).collect();
        let told = Told {
            schema: 1,
            event: "batch_finished".to_owned(),
            at: now,
            read: documents(read),
            failed: documents(failed),
            needs_review,
        };
        let Ok(payload) = serde_json::to_string(&told) else { return };
        let queued = self.store.write(move |w| {
            for kind in kinds {
                w.enqueue(&NewJob { payload: Some(payload.clone()), ..NewJob::new(kind, first) }, now)?;
            }
            Ok(())
        });
        if let Err(e) = queued.await {
            tracing::error!("the end of a batch could not be noted for others: {e}");
        }
        self.queue.wake_all();
    }
}

fn told_document(row: &DocumentRow) -> ToldDocument {
    ToldDocument {
        document_id: row.document_id,
        name: row.display_name.clone().unwrap_or_else(|| row.filename.clone()),
        filename: row.filename.clone(),
        doc_type: row.doc_type.clone(),
        error: row.error.clone(),
    }
}

fn name_of(target: TellTarget) -> &'static str {
    match target {
        TellTarget::Webhook => webhook::WEBHOOK,
        TellTarget::Mail => mail::MAIL,
    }
}

async fn send(shared: &Shared, target: TellTarget, told: &Told, delivery: &str) -> Result<()> {
    if shared.work_settings().map_err(errors::store)?.providers.offline {
        return Err(offline(name_of(target)));
    }
    let tell = shared.settings()?.tell;
    let (host, body) = match target {
        TellTarget::Webhook => (
            webhook::host(&tell.webhook.url)?,
            serde_json::to_string(told).map_err(|e| errors::internal(&e))?,
        ),
        TellTarget::Mail => (tell.mail.server.clone(), text(told)),
    };
    let secret = secret(shared, target).await?;
    let documents = told.read.len() + told.failed.len();
    let line = NewSending {
        provider: name_of(target).to_owned(),
        step: "tell".to_owned(),
        host,
        document_id: None,
        what: format!("names of {documents} documents"),
        bytes: body.len() as u64,
        cost_micros: 0,
        pages: 0,
    };
    let now = shared.clock.now();
    let id = shared.store.write(move |w| w.begin_sending(&line, now)).await.map_err(errors::store)?;
    let sent = match (target, secret) {
        (TellTarget::Webhook, None) => Err(UserError::new(
            ErrorCode::Usage,
            "The webhook has no secret yet, so nothing could be signed and nothing was sent.",
            "Give it one in the settings, under Notifications.",
        )),
        (TellTarget::Webhook, Some(secret)) => {
            webhook::send(&tell.webhook.url, &secret, delivery, body.into_bytes(), now).await
        }
        (TellTarget::Mail, secret) => mail::send(&tell.mail, secret.as_ref(), &subject(told), body).await,
    };
    let outcome = sent.as_ref().map_or_else(|e| e.code.as_str().to_owned(), |()| "success".to_owned());
    shared.store.write(move |w| w.end_sending(id, &outcome, None)).await.map_err(errors::store)?;
    sent
}

async fn secret(shared: &Shared, target: TellTarget) -> Result<Option<Secret>> {
    let keys = std::sync::Arc::clone(&shared.keys);
    blocking(move || keys.get(name_of(target))).await?
}

fn subject(told: &Told) -> String {
    match (told.read.as_slice(), told.failed.len()) {
        _ if told.event == "test" => "Papertray: a trial".to_owned(),
        ([only], 0) => format!("Papertray: {}", only.name),
        (read, 0) => format!("Papertray: {} documents read", read.len()),
        ([], failed) => format!("Papertray: {failed} documents could not be read"),
        (read, failed) => format!("Papertray: {} documents read, {failed} not", read.len()),
    }
}

/// The message: a line a document.
fn text(told: &Told) -> String {
    if told.event == "test" {
        return "This is a trial: messages of Papertray arrive here.\n".to_owned();
    }
    let mut lines: Vec<String> = told.read.iter().map(|d| format!("{} ({})", d.name, d.filename)).collect();
    if !told.failed.is_empty() {
        lines.push(String::new());
        lines.push("Not read:".to_owned());
    }
    for document in &told.failed {
        let why = document.error.as_ref().map_or(String::new(), |e| format!(": {}", e.message));
        lines.push(format!("{}{why}", document.filename));
    }
    match told.needs_review {
        0 => {}
        1 => lines.push("\n1 document has values that want a look.".to_owned()),
        n => lines.push(format!("\n{n} documents have values that want a look.")),
    }
    lines.join("\n") + "\n"
}

impl Engine {
    /// Keeps the webhook's secret or the mail account's password in the system's keychain; `None` forgets it.
    pub async fn set_secret(&self, target: TellTarget, secret: Option<String>) -> Result<()> {
        let keys = std::sync::Arc::clone(&self.shared.keys);
        blocking(move || match secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => keys.set(name_of(target), &Secret::new(secret)),
            None => keys.remove(name_of(target)),
        })
        .await?
    }

    /// Whether the keychain holds one.
    pub async fn has_secret(&self, target: TellTarget) -> Result<bool> {
        Ok(secret(&self.shared, target).await?.is_some())
    }

    /// Sends a message now that says it is a trial.
    pub async fn test_tell(&self, target: TellTarget) -> Result<()> {
        let told = Told {
            schema: 1,
            event: "test".to_owned(),
            at: self.shared.clock.now(),
            read: vec![],
            failed: vec![],
            needs_review: 0,
        };
        send(&self.shared, target, &told, &format!("test-{}", uuid::Uuid::now_v7())).await
    }
}
