//! Gives a read document its name, tags and summary, telling each step. Its failure never changes the document.

use papertray_model::{EngineEvent, MetadataState};
use papertray_store::{Claimed, LogLine};
use papertray_understand::{DescribeInput, DocumentMeaning, SCHEMA_VERSION, describe};

use super::Failure;
use crate::Shared;

pub(crate) async fn run(shared: &Shared, job: &Claimed) -> Result<Option<Claimed>, Failure> {
    let (id, token, owner, now) = (job.id, job.token.clone(), job.owner.document(), shared.clock.now());
    shared
        .store
        .write(move |w| {
            w.holds(id, &token)?;
            w.set_metadata_state(owner, MetadataState::Running, now)
        })
        .await?;
    let (filename, meaning, pages, learned) = shared.store.read(|r| {
        let row = r.require_document(owner)?;
        let (described, lines) = r.description(owner)?.unwrap_or_default();
        let mut pages = vec![];
        for page in r.pages(owner)? {
            pages.extend(r.page_reading(owner, page.summary.page_number)?);
        }
        let meaning = DocumentMeaning {
            doc_type: row.doc_type.unwrap_or_else(papertray_model::DocType::unknown),
            confidence: 1.0,
            fields: r.fields(owner, 0)?,
            lines,
            language: described.language,
            checks: vec![],
            parts: vec![],
        };
        let vendor = meaning.fields.get("vendor").map(|f| f.value.clone());
        let learned = vendor.map(|v| r.tags_of_vendor(&v, 2)).transpose()?.unwrap_or_default();
        Ok((row.filename, meaning, pages, learned))
    })?;
    let text = pages.iter().map(papertray_model::PageReading::text).collect::<Vec<_>>().join("\n\n");
    let asked = shared.ask_for_description(owner, &meaning, &text).await;
    let (mut metadata, mut steps) = crate::blocking(move || {
        let mut steps = vec![];
        let pages: Vec<_> = pages.iter().collect();
        let input = DescribeInput { filename: &filename, meaning: &meaning, pages: &pages };
        let mut metadata =
            describe(&input, &mut |step, found| steps.push((step.to_owned(), found.to_owned())));
        let learned: Vec<String> = learned.into_iter().filter(|t| !metadata.tags.contains(t)).collect();
        if !learned.is_empty() {
            steps.push((
                "tags".to_owned(),
                format!("as on accepted ones of this vendor: {}", learned.join(", ")),
            ));
            metadata.tags.extend(learned);
        }
        (metadata, steps)
    })
    .await?;
    let mut by = format!("rules@{SCHEMA_VERSION}");
    if let Some((name, described)) = asked {
        steps.push(("ask".to_owned(), format!("`{name}`: {}", described.display_name)));
        // The rules' tags (type, vendor, year) stay: people search by them.
        let own = std::mem::take(&mut metadata.tags);
        let more: Vec<String> = described.tags.iter().filter(|tag| !own.contains(tag)).cloned().collect();
        let language = described.language.clone().or(metadata.language.take());
        metadata = papertray_model::Metadata { tags: [own, more].concat(), language, ..described };
        by = name;
    }
    for (step, message) in &steps {
        shared.tell_step(job, step, message);
    }
    let (id, name) = (job.id, metadata.display_name.clone());
    let next = super::complete(shared, job, None, move |w| {
        w.put_metadata(owner, &metadata, &by, now)?;
        for (step, message) in
            steps.iter().map(|(s, m)| (s.as_str(), m.as_str())).chain([("complete", "metadata complete")])
        {
            w.log(&LogLine {
                at: now,
                document_id: Some(owner),
                job_id: Some(id),
                level: "info".to_owned(),
                message: format!("metadata {step}: {message}"),
            })?;
        }
        Ok(())
    })
    .await?;
    shared.tell_step(job, "save_metadata", "saved");
    shared.tell_step(job, "complete", &name);
    tracing::info!("[{owner}] metadata complete");
    Ok(next)
}

impl Shared {
    fn tell_step(&self, job: &Claimed, step: &str, message: &str) {
        self.events.send(EngineEvent::MetadataStep {
            document_id: job.owner.document(),
            step: step.to_owned(),
            message: message.to_owned(),
            at: self.clock.now(),
        });
    }
}
