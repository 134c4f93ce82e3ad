//! What is asked and answered, whatever language a service speaks.

use papertray_model::{DocumentId, Service, ServiceKind, Step};
use serde_json::{Map, Value};

use crate::{anthropic, keys::Secret, mistral, openai};

/// A page's picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// A PNG or JPEG file.
    pub bytes: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub mime: &'static str,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.mime, self.bytes.len())
    }
}

/// A question to a service.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The step it is for.
    pub step: Step,
    /// The document it is about.
    pub document_id: Option<DocumentId>,
    /// What is sent, for people: `text of 2 pages`.
    pub what: String,
    /// How the service is to answer.
    pub task: String,
    /// The document's text; empty where only pictures are sent.
    pub text: String,
    /// Pictures of pages.
    pub pictures: Vec<Picture>,
    /// How many pages this is about: what counts against the cap.
    pub pages: u32,
    /// JSON Schema of the answer.
    pub schema: Value,
}

/// What a service used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Pages processed, where the service counts them.
    pub pages: u64,
}

impl Usage {
    /// The cost at a service's prices, in millionths of the account's currency. `pages` count where the service told none.
    pub fn cost_micros(&self, service: &Service, pages: u32) -> u64 {
        let pages = if self.pages > 0 { self.pages } else { u64::from(pages) };
        let tokens = |count: u64, price: u32| count.saturating_mul(u64::from(price)).div_ceil(1_000_000);
        pages
            .saturating_mul(u64::from(service.page_micros))
            .saturating_add(tokens(self.input_tokens, service.input_micros))
            .saturating_add(tokens(self.output_tokens, service.output_micros))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            pages: self.pages + other.pages,
        }
    }
}

/// A service's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What fits the question's schema.
    pub value: Value,
    /// The text of each page, where the service reads pictures.
    pub texts: Vec<String>,
    /// What it used.
    pub usage: Usage,
}

/// A request, ready to be sent.
pub(crate) struct Request {
    /// Behind the base address.
    pub(crate) path: &'static str,
    /// Name and value of each header; the key stands in one of them.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Value,
}

/// The request for a question. `reminder`: why the answer before did not fit.
pub(crate) fn request(service: &Service, key: Option<&Secret>, ask: &Ask, reminder: Option<&str>) -> Request {
    let adapter = match service.kind {
        ServiceKind::MistralOcr => mistral::request,
        ServiceKind::Anthropic => anthropic::request,
        ServiceKind::OpenAi => openai::request,
    };
    adapter(service, key, ask, reminder)
}

/// The answer in these bytes, or why there is none.
pub(crate) fn reply(kind: ServiceKind, body: &Value) -> Result<Reply, String> {
    match kind {
        ServiceKind::MistralOcr => mistral::reply(body),
        ServiceKind::Anthropic => anthropic::reply(body),
        ServiceKind::OpenAi => openai::reply(body),
    }
}

/// The task with its reminder.
pub(crate) fn task(ask: &Ask, reminder: Option<&str>) -> String {
    match reminder {
        None => ask.task.clone(),
        Some(why) => format!(
            "{}\n\nThe answer before did not fit: {why}. Answer with nothing but JSON that fits this schema:\n{}",
            ask.task, ask.schema
        ),
    }
}

/// The schema without what services refuse: its own address and version.
pub(crate) fn plain_schema(schema: &Value) -> Value {
    let mut plain: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
    for name in ["$schema", "$id", "version"] {
        plain.remove(name);
    }
    Value::Object(plain)
}

/// JSON in a text: as it stands, or between fences.
pub(crate) fn json_in(text: &str) -> Result<Value, String> {
    let inner = text.trim();
    let inner = inner.strip_prefix("```json").or_else(|| inner.strip_prefix("```")).unwrap_or(inner);
    let inner = inner.trim().strip_suffix("```").unwrap_or(inner).trim();
    serde_json::from_str(inner).map_err(|e| format!("it is no JSON ({e})"))
}

pub(crate) fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_counted_by_pages_and_tokens() {
        let service = Service {
            kind: ServiceKind::Anthropic,
            base_url: String::new(),
            model: String::new(),
            page_micros: 1000,
            input_micros: 3_000_000,
            output_micros: 15_000_000,
        };
        let usage = Usage { input_tokens: 1000, output_tokens: 100, pages: 0 };
        assert_eq!(usage.cost_micros(&service, 2), 2000 + 3000 + 1500);
        assert_eq!(Usage { pages: 5, ..Usage::default() }.cost_micros(&service, 2), 5000);
    }

    #[test]
    fn json_stands_alone_or_between_fences() {
        for text in ["{\"a\":1}", " ```json\n{\"a\":1}\n``` ", "```\n{\"a\":1}```"] {
            assert_eq!(json_in(text).unwrap()["a"], 1, "{text}");
        }
        assert!(json_in("Sure! Here it is").is_err());
    }
}
