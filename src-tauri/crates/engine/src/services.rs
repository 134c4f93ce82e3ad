//! Services outside this computer, where a person chose them: values that the rules did not find, and name, tags and
//! summary. What a service says is searched on the page; what is not there is marked and never counts as sure. Its failure
//! is never the document's: what was read on this computer stands.

use std::sync::Arc;

use papertray_model::{
    Clock, DocType, DocumentId, Field, Fields, LineItem, Metadata, NewSending, PageSource, SendingRow, Spent,
    Step, Timestamp, UserError, WorkSettings,
};
use papertray_providers::{Ask, Client, Keychain, Keys, Ledger, Line, Picture, Secret};
use papertray_store::{Store, Understanding};
use papertray_understand::{DocumentMeaning, Knowledge};
use serde_json::{Value, json};

use crate::{Engine, Result, Shared, blocking, errors};

/// Caps count so far back.
const CAP_DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;
/// The most text that is sent.
const MOST_CHARS: usize = 60_000;
/// The most pictures of pages that are sent.
const MOST_PICTURES: usize = 4;
/// A value of a service that stands on the page. Not sure by itself: a person looks.
const FOUND: f32 = 0.85;
/// The rules and a service say the same.
const AGREED: f32 = 0.93;
/// A value that is not on the page.
const NOT_FOUND: f32 = 0.2;

/// The privacy ledger in the library.
#[derive(Clone)]
pub(crate) struct StoredLedger {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Ledger for StoredLedger {
    async fn begin(&self, line: Line) -> Result<i64> {
        let now = self.clock.now();
        let new = NewSending {
            provider: line.provider,
            step: line.step.as_str().to_owned(),
            host: line.host,
            document_id: line.document_id,
            what: line.what,
            bytes: line.bytes,
            cost_micros: line.cost_micros,
            pages: line.pages,
        };
        self.store.write(move |w| w.begin_sending(&new, now)).await.map_err(errors::store)
    }

    async fn end(&self, id: i64, outcome: String, cost_micros: Option<u64>) {
        if let Err(error) = self.store.write(move |w| w.end_sending(id, &outcome, cost_micros)).await {
            tracing::error!("the end of sending {id} could not be stored: {error}");
        }
    }

    fn spent(&self) -> Result<(u64, u64)> {
        let since = Timestamp(self.clock.now().0 - CAP_DAYS * DAY_MS);
        let spent = self.store.read(|r| r.spent_since(since)).map_err(errors::store)?;
        Ok((spent.pages, spent.cost_micros))
    }
}

/// The services and where their keys are.
pub(crate) struct Services {
    client: Client<StoredLedger>,
    keys: Arc<dyn Keys>,
}

impl Services {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Result<Self> {
        let keys: Arc<dyn Keys> = Arc::new(Keychain);
        let ledger = StoredLedger { store, clock: Arc::clone(&clock) };
        Ok(Self { client: Client::new(Arc::clone(&keys), ledger, clock)?, keys })
    }
}

/// A page for a service: what stands on it, and its picture's place.
pub(crate) type Page = (papertray_model::PageReading, papertray_model::PageMeaning);

impl Shared {
    /// Asks the chosen services for values that the rules did not find.
    pub(crate) async fn ask_for_fields(
        &self,
        id: DocumentId,
        settings: &WorkSettings,
        knowledge: &Arc<Knowledge>,
        pages: Arc<Vec<Page>>,
        mut understanding: Understanding,
    ) -> Understanding {
        for step in [Step::Ocr, Step::Fields] {
            let Some((name, _)) = settings.providers.service_for(step) else { continue };
            let doc_type = understanding.doc_type.as_str().to_owned();
            let Some(schema) = knowledge.schema(&doc_type).filter(|_| doc_type != "unknown") else {
                continue;
            };
            let Some(ask) = self.question(id, step, &doc_type, knowledge, &pages, schema) else { continue };
            match self.services.client.ask(&settings.providers, name, &ask).await {
                Ok(reply) => {
                    let (known, readings, by) = (Arc::clone(knowledge), Arc::clone(&pages), name.to_owned());
                    let before = understanding.clone();
                    let merged = blocking(move || merged(&known, &readings, before, &reply.value, &by)).await;
                    match merged {
                        Ok(merged) => understanding = merged,
                        Err(error) => tracing::error!("[{id}] {error}"),
                    }
                }
                Err(error) => self.told_no(id, name, &error).await,
            }
        }
        understanding
    }

    fn question(
        &self,
        id: DocumentId,
        step: Step,
        doc_type: &str,
        knowledge: &Knowledge,
        pages: &[Page],
        schema: Value,
    ) -> Option<Ask> {
        let count = pages.len();
        let mut ask = Ask {
            step,
            document_id: Some(id),
            what: format!("text of {count} pages"),
            task: format!(
                "You read a document of the type `{doc_type}`. {} Give only what is printed on it, in the words of the \
                 document; dates as YYYY-MM-DD, amounts as a decimal number with a point and without a currency. Leave out \
                 whatever is not printed.",
                knowledge.prompt(doc_type).unwrap_or_default()
            ),
            text: String::new(),
            pictures: vec![],
            pages: u32::try_from(count).unwrap_or(u32::MAX),
            schema,
        };
        if step == Step::Fields {
            let text = pages.iter().map(|(page, _)| page.text()).collect::<Vec<_>>().join("\n\n");
            ask.text = text.chars().take(MOST_CHARS).collect();
            return (!ask.text.trim().is_empty()).then_some(ask);
        }
        // Pictures of pages that have no text of their own.
        let scanned = pages.iter().filter(|(page, _)| page.source == PageSource::Ocr).take(MOST_PICTURES);
        for (page, _) in scanned {
            let shown = self.store.read(|r| r.page(id, page.page_number)).ok().flatten();
            let bytes = shown
                .and_then(|page| self.store.blobs().page_path(&page.storage_uri?).ok())
                .and_then(|path| fs_err::read(path).ok());
            ask.pictures.extend(bytes.map(|bytes| Picture { bytes, mime: "image/png" }));
        }
        ask.pages = u32::try_from(ask.pictures.len()).unwrap_or(u32::MAX);
        ask.what = format!("pictures of {} pages", ask.pages);
        (!ask.pictures.is_empty()).then_some(ask)
    }

    async fn told_no(&self, id: DocumentId, name: &str, error: &UserError) {
        let message = format!("`{name}` was of no help: {}", error.message);
        tracing::warn!("[{id}] {message}");
        if let Err(error) = self.log(id, None, "warn", message).await {
            tracing::error!("[{id}] {error:?}");
        }
    }

    /// Asks the chosen service for name, tags and summary. Nothing, where none is chosen or what it says is not on the
    /// pages.
    pub(crate) async fn ask_for_description(
        &self,
        id: DocumentId,
        meaning: &DocumentMeaning,
        text: &str,
    ) -> Option<(String, Metadata)> {
        let settings = self.work_settings().ok()?;
        let (name, _) = settings.providers.service_for(Step::Describe)?;
        let values: serde_json::Map<String, Value> =
            meaning.fields.iter().map(|(name, f)| (name.clone(), json!(f.value))).collect();
        let ask = Ask {
            step: Step::Describe,
            document_id: Some(id),
            what: "text and values".to_owned(),
            task: format!(
                "Describe a document of the type `{}`: a short name with its vendor, number and date where it has them; \
                 two to five tags, single lower-case words; a summary of one or two sentences; its language as ISO 639-1. \
                 Say nothing that is not in it. Its values: {}",
                meaning.doc_type.as_str(),
                Value::Object(values)
            ),
            text: text.chars().take(MOST_CHARS).collect(),
            pictures: vec![],
            pages: 1,
            schema: description_schema(),
        };
        match self.services.client.ask(&settings.providers, name, &ask).await {
            Ok(reply) => {
                let proven = description(&reply.value, text, &meaning.fields);
                if proven.is_none() {
                    tracing::warn!("[{id}] `{name}` names numbers that are not in the document: not used");
                }
                proven.map(|metadata| (name.to_owned(), metadata))
            }
            Err(error) => {
                self.told_no(id, name, &error).await;
                None
            }
        }
    }
}

fn description_schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["display_name", "tags", "summary"],
        "properties": {
            "display_name": {"type": "string", "minLength": 3, "maxLength": 120},
            "tags": {"type": "array", "maxItems": 8, "items": {"type": "string", "minLength": 2, "maxLength": 30}},
            "summary": {"type": "string", "minLength": 10, "maxLength": 600},
            "language": {"type": "string", "pattern": "^[a-z]{2}$"},
        },
    })
}

/// The description, unless a number in it stands neither in the text nor in the values.
fn description(value: &Value, text: &str, fields: &Fields) -> Option<Metadata> {
    let word = |name: &str| value[name].as_str().map(str::to_owned);
    let metadata = Metadata {
        display_name: word("display_name")?,
        summary: word("summary")?,
        tags: value["tags"]
            .as_array()?
            .iter()
            .filter_map(|tag| Some(tag.as_str()?.trim().to_lowercase().replace(' ', "-")))
            .filter(|tag| !tag.is_empty())
            .collect(),
        language: word("language"),
    };
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let known = format!(
        "{} {}",
        digits(text),
        fields.values().map(|f| digits(&f.value)).collect::<Vec<_>>().join(" ")
    );
    let said = format!("{} {} {}", metadata.display_name, metadata.summary, metadata.tags.join(" "));
    let proven = said
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| number.len() >= 2)
        .all(|number| known.contains(number));
    proven.then_some(metadata)
}

/// What a service says beside what the rules found. The rules' values stay; what both say is surer; what only the service
/// says comes in with its place on the page, or marked as not being there.
fn merged(
    knowledge: &Knowledge,
    pages: &[Page],
    mut understanding: Understanding,
    said: &Value,
    by: &str,
) -> Understanding {
    let readings: Vec<&papertray_model::PageReading> = pages.iter().map(|(page, _)| page).collect();
    let doc_type = understanding.doc_type.as_str().to_owned();
    let searched = |name: &str, value: &str| -> Field {
        match knowledge.locate(&readings, &doc_type, name, value) {
            Some(found) => Field {
                value: value.to_owned(),
                text: found.text,
                bbox: Some(found.bbox),
                page: Some(found.page),
                confidence: FOUND,
                by: by.to_owned(),
            },
            None => Field {
                value: value.to_owned(),
                text: String::new(),
                bbox: None,
                page: None,
                confidence: NOT_FOUND,
                by: format!("{by} (not on the page)"),
            },
        }
    };
    for (name, value) in said["fields"].as_object().into_iter().flatten() {
        let Some(value) = value.as_str().map(str::trim).filter(|v| !v.is_empty()) else { continue };
        match understanding.fields.get_mut(name) {
            Some(known) if known.value == value && known.bbox.is_some() => {
                known.confidence = known.confidence.max(AGREED);
            }
            Some(_) => {}
            None => {
                understanding.fields.insert(name.clone(), searched(name, value));
            }
        }
    }
    if understanding.lines.is_empty() {
        let rows = said["lines"].as_array().into_iter().flatten().filter_map(Value::as_object);
        understanding.lines = rows
            .map(|row| {
                let cells = row.iter().filter_map(|(name, value)| Some((name, value.as_str()?.trim())));
                cells
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| (name.clone(), searched(name, value)))
                    .collect::<LineItem>()
            })
            .filter(|line| !line.is_empty())
            .collect();
    }
    let doc_type = DocType::new(doc_type);
    knowledge.validate(doc_type.as_str(), &mut understanding.fields, &mut understanding.lines);
    understanding
}

impl Engine {
    /// Keeps the key of a service in the system's keychain.
    pub async fn set_service_key(&self, service: &str, key: Secret) -> Result<()> {
        let (keys, service) = (Arc::clone(&self.shared.services.keys), service.to_owned());
        blocking(move || keys.set(&service, &key)).await?
    }

    /// Takes the key of a service out of the system's keychain.
    pub async fn remove_service_key(&self, service: &str) -> Result<()> {
        let (keys, service) = (Arc::clone(&self.shared.services.keys), service.to_owned());
        blocking(move || keys.remove(&service)).await?
    }

    /// Asks a service one small question and answers how long it took, in milliseconds. Sends nothing of anybody's.
    pub async fn test_service(&self, service: &str) -> Result<u32> {
        let settings = self.work_settings()?;
        let white = image_of_nothing();
        let ask = Ask {
            step: Step::Fields,
            document_id: None,
            what: "a test without any document".to_owned(),
            task: "This is a test of the connection. Answer {\"ok\": true}.".to_owned(),
            text: "Answer that all is well.".to_owned(),
            pictures: match settings.providers.services.get(service).map(|s| s.kind) {
                Some(papertray_model::ServiceKind::MistralOcr) => vec![white],
                _ => vec![],
            },
            pages: 1,
            schema: json!({"type": "object", "properties": {"ok": {"type": "boolean"}}}),
        };
        let began = std::time::Instant::now();
        self.shared.services.client.ask(&settings.providers, service, &ask).await?;
        Ok(u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX))
    }

    /// Seconds until a service that asked for a pause is asked again.
    pub fn service_pause(&self, service: &str) -> Option<u64> {
        self.shared.services.client.pause_left(service)
    }

    /// What was sent to services, newest first, below the line `before` where one is named.
    pub fn sendings(&self, before: Option<i64>, limit: u32) -> Result<Vec<SendingRow>> {
        self.shared.store.read(|r| r.sendings(before, limit)).map_err(errors::store)
    }

    /// What the last 30 days used; only successes count.
    pub fn spent(&self) -> Result<Spent> {
        let (pages, cost_micros) = self.shared.services.client.ledger().spent()?;
        Ok(Spent { pages, cost_micros })
    }

    /// Whether the system's keychain holds a key of this service.
    pub async fn has_service_key(&self, service: &str) -> Result<bool> {
        let (keys, service) = (Arc::clone(&self.shared.services.keys), service.to_owned());
        Ok(blocking(move || keys.get(&service)).await??.is_some())
    }
}

/// One white point as a PNG: what a service that reads pictures is tested with.
fn image_of_nothing() -> Picture {
    const PNG: [u8; 67] = [
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0,
        58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 248, 15, 0, 1, 1, 1, 0, 177, 56, 246,
        20, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ];
    Picture { bytes: PNG.to_vec(), mime: "image/png" }
}

#[cfg(test)]
mod tests {
    use papertray_model::{PageMeaning, PageReading, Rect, Unit, Word};

    use super::*;

    fn page(text: &str) -> Page {
        let mut reading = PageReading::empty(1, Unit::Pt, 595.0, 842.0, PageSource::TextLayer);
        for (line, text) in text.lines().enumerate() {
            for (at, word) in text.split_whitespace().enumerate() {
                let (x, y) = (40.0 + 80.0 * at as f32, 40.0 + 20.0 * line as f32);
                let bbox = Rect::new(x, y, x + 70.0, y + 10.0);
                reading.words.push(Word { text: word.into(), bbox, confidence: 1.0, line: line as u32 });
            }
        }
        let meaning: PageMeaning = Knowledge::builtin().page(&reading);
        (reading, meaning)
    }

    fn known(fields: &[(&str, &str, f32)]) -> Understanding {
        let field = |value: &str, confidence| Field {
            value: value.into(),
            text: value.into(),
            bbox: Some(Rect::new(1.0, 1.0, 2.0, 2.0)),
            page: Some(1),
            confidence,
            by: "rules@1".into(),
        };
        Understanding {
            doc_type: DocType::new("invoice"),
            confidence: 0.9,
            fields: fields.iter().map(|(n, v, c)| ((*n).to_owned(), field(v, *c))).collect(),
            lines: vec![],
            language: None,
            checks: vec![],
            parts: vec![],
        }
    }

    #[test]
    fn what_a_service_says_is_searched_on_the_page() {
        let pages = [page("Acme GmbH\nRechnung 42\nBetrag 11,90")];
        let said = json!({
            "fields": {"number": "42", "total": "11.90", "vendor": "Acme Holding", "date": "2020-01-01", "buyer": "X"},
            "lines": [{"description": "Rechnung", "amount": "99.00"}],
        });
        let before = known(&[("number", "42", 0.7), ("buyer", "Y", 0.5)]);
        let after = merged(Knowledge::builtin(), &pages, before, &said, "helper");
        let field = |name: &str| &after.fields[name];
        assert_eq!(
            (field("number").confidence, field("number").by.as_str()),
            (AGREED, "rules@1"),
            "both say it"
        );
        assert_eq!(field("buyer").value, "Y", "the rules' value stays");
        assert_eq!((field("total").text.as_str(), field("total").by.as_str()), ("11,90", "helper"));
        assert!(field("total").bbox.is_some() && field("total").confidence < 0.9);
        for name in ["vendor", "date"] {
            assert_eq!(
                (field(name).bbox, field(name).by.as_str()),
                (None, "helper (not on the page)"),
                "{name}"
            );
            assert!(field(name).confidence < 0.3);
        }
        assert_eq!(after.lines[0]["amount"].by, "helper (not on the page)");
    }

    #[test]
    fn a_description_with_numbers_of_its_own_is_not_used() {
        let value =
            |summary: &str| json!({"display_name": "Acme 42", "tags": ["Big Paper"], "summary": summary});
        let fields = known(&[("total", "11.90", 0.9)]).fields;
        let used = description(&value("An invoice over 11.90."), "Rechnung 42", &fields).unwrap();
        assert_eq!(used.tags, ["big-paper"]);
        assert_eq!(description(&value("An invoice over 777.00."), "Rechnung 42", &fields), None);
    }
}
