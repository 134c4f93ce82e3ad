//! The one way out: switch, caps, pause, key, ledger, network, schema.

use std::{error::Error as _, sync::Arc, time::Duration};

use papertray_model::{Clock, DocumentId, ErrorCode, ProviderSettings, Service, Step, UserError};
use serde_json::Value;

use crate::errors;
use crate::keys::{Keys, Secret};
use crate::pauses::Pauses;
use crate::wire::{self, Ask, Reply, Usage};

type Result<T> = std::result::Result<T, UserError>;

/// The longest answer that is read.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The longest complaint that is passed on.
const MOST_COMPLAINT: usize = 300;
/// Tokens of an answer, for the estimate before asking.
const USUAL_ANSWER: u64 = 1000;

/// What is written before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The service's name.
    pub provider: String,
    /// The step it is asked for.
    pub step: Step,
    /// The host it goes to.
    pub host: String,
    /// The document it is about.
    pub document_id: Option<DocumentId>,
    /// What is sent, for people.
    pub what: String,
    /// How much.
    pub bytes: u64,
    /// Estimated cost, millionths of the account's currency.
    pub cost_micros: u64,
    /// Pages.
    pub pages: u32,
}

/// The privacy ledger. The store keeps it; tests look into their own.
pub trait Ledger: Send + Sync {
    /// Writes a line; when this answers, the line is on the disk.
    fn begin(&self, line: Line) -> impl Future<Output = Result<i64>> + Send;
    /// Says how it ended: `success` with its cost, or why not.
    fn end(&self, id: i64, outcome: String, cost_micros: Option<u64>) -> impl Future<Output = ()> + Send;
    /// Pages and cost (millionths) of the last 30 days; only successes count.
    fn spent(&self) -> Result<(u64, u64)>;
}

/// See the module.
pub struct Client<L> {
    http: reqwest::Client,
    keys: Arc<dyn Keys>,
    ledger: L,
    clock: Arc<dyn Clock>,
    pauses: Pauses,
}

impl<L: Ledger> Client<L> {
    /// A client that asks nobody yet. Opens no socket.
    pub fn new(keys: Arc<dyn Keys>, ledger: L, clock: Arc<dyn Clock>) -> Result<Self> {
        // The ring of ciphers that all of this program uses; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            // What was meant for one host goes to no other.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("papertray/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| UserError::new(ErrorCode::Internal, format!("No client for services: {e}."), ""))?;
        Ok(Self { http, keys, ledger, clock, pauses: Pauses::default() })
    }

    /// The ledger.
    pub fn ledger(&self) -> &L {
        &self.ledger
    }

    /// Seconds until a service that asked for a pause is asked again.
    pub fn pause_left(&self, service: &str) -> Option<u64> {
        self.pauses.left(service, self.clock.now())
    }

    /// Asks the service `name`. Nothing is sent where the switch, a cap or a pause forbids it; a line stands in the ledger
    /// before anything is. The answer fits the question's schema: one that does not is asked for once more.
    pub async fn ask(&self, settings: &ProviderSettings, name: &str, ask: &Ask) -> Result<Reply> {
        let Some(service) = settings.services.get(name) else {
            return Err(UserError::new(
                ErrorCode::UnknownId,
                format!("There is no service `{name}`."),
                "Set it up in the settings.",
            ));
        };
        if settings.offline {
            return Err(errors::offline(name));
        }
        let validator = jsonschema::validator_for(&ask.schema)
            .map_err(|e| UserError::new(ErrorCode::Internal, format!("The question's schema: {e}."), ""))?;
        let mut used = Usage::default();
        let mut reminder: Option<String> = None;
        for _ in 0..2 {
            let reply = self.send(settings, name, service, ask, reminder.as_deref()).await?;
            match reply {
                Ok(reply) => {
                    used = used.and(reply.usage);
                    match validator.validate(&reply.value) {
                        Ok(()) => return Ok(Reply { usage: used, ..reply }),
                        // The value itself stays out of the message: it is a person's document.
                        Err(error) => {
                            reminder = Some(format!("`{}` does not fit the schema", error.instance_path()));
                        }
                    }
                }
                Err(why) => reminder = Some(why),
            }
        }
        Err(errors::unusable(name, &reminder.unwrap_or_default()))
    }

    /// One request: caps, pause, key, ledger, network. `Ok(Err)`: an answer came that cannot be used.
    async fn send(
        &self,
        settings: &ProviderSettings,
        name: &str,
        service: &Service,
        ask: &Ask,
        reminder: Option<&str>,
    ) -> Result<std::result::Result<Reply, String>> {
        let now = self.clock.now();
        if let Some(seconds) = self.pauses.left(name, now) {
            return Err(errors::paused(name, seconds));
        }
        let url = address(name, &service.base_url)?;
        let (keys, whose) = (Arc::clone(&self.keys), name.to_owned());
        // The keychain may ask the person first.
        let key = tokio::task::spawn_blocking(move || keys.get(&whose))
            .await
            .map_err(|e| UserError::new(ErrorCode::Internal, format!("The keychain: {e}."), ""))?;
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        // A service on this computer works without a keychain; any other needs one that answers.
        let key = if local { key.unwrap_or(None) } else { key? };
        let request = wire::request(service, key.as_ref(), ask, reminder);
        let body = serde_json::to_vec(&request.body)
            .map_err(|e| UserError::new(ErrorCode::Internal, format!("The question: {e}."), ""))?;
        let tokens = (ask.text.len() + ask.task.len()) as u64 / 3;
        let guess = Usage { input_tokens: tokens, output_tokens: USUAL_ANSWER, pages: 0 };
        let cost_micros = guess.cost_micros(service, ask.pages);
        self.within_caps(settings, ask.pages, cost_micros)?;
        let line = Line {
            provider: name.to_owned(),
            step: ask.step,
            host: url.host_str().unwrap_or_default().to_owned(),
            document_id: ask.document_id,
            what: ask.what.clone(),
            bytes: body.len() as u64,
            cost_micros,
            pages: ask.pages,
        };
        // Without its line nothing is sent.
        let id = self.ledger.begin(line).await?;
        let target = format!("{}{}", url.as_str().trim_end_matches('/'), request.path);
        let mut building = self.http.post(target).header("content-type", "application/json").body(body);
        for (header, value) in request.headers {
            building = building.header(header, value);
        }
        let wait = Duration::from_secs(u64::from(settings.timeout_s.max(1)));
        let outcome = match tokio::time::timeout(wait, self.exchange(name, building, key.as_ref())).await {
            Ok(outcome) => outcome,
            Err(_) => Err(errors::timed_out(name, settings.timeout_s.max(1))),
        };
        match outcome {
            Ok(body) => {
                let reply = serde_json::from_slice::<Value>(&body)
                    .map_err(|e| format!("it is no JSON ({e})"))
                    .and_then(|body| wire::reply(service.kind, &body));
                match &reply {
                    Ok(reply) => {
                        let cost = reply.usage.cost_micros(service, ask.pages);
                        self.ledger.end(id, "success".to_owned(), Some(cost)).await;
                    }
                    Err(why) => self.ledger.end(id, format!("unusable answer: {why}"), None).await,
                }
                Ok(reply)
            }
            Err(error) => {
                self.ledger.end(id, error.code.as_str().to_owned(), None).await;
                Err(error)
            }
        }
    }

    fn within_caps(&self, settings: &ProviderSettings, pages: u32, cost_micros: u64) -> Result<()> {
        let (spent_pages, spent) = self.ledger.spent()?;
        if settings.page_cap > 0 && spent_pages + u64::from(pages) > u64::from(settings.page_cap) {
            return Err(errors::capped(&format!("{} pages", settings.page_cap)));
        }
        if settings.spend_cap_micros > 0 && spent + cost_micros > settings.spend_cap_micros {
            return Err(errors::capped(&format!("{:.2}", settings.spend_cap_micros as f64 / 1e6)));
        }
        Ok(())
    }

    /// Sends, and reads the answer up to its longest.
    async fn exchange(
        &self,
        name: &str,
        request: reqwest::RequestBuilder,
        key: Option<&Secret>,
    ) -> Result<Vec<u8>> {
        let cut = |error: reqwest::Error| errors::unreachable(name, &cause(error));
        let mut response = request.send().await.map_err(cut)?;
        let status = response.status().as_u16();
        if status == 429 {
            let after =
                response.headers().get("retry-after").and_then(|v| v.to_str().ok()).map(str::to_owned);
            let seconds = self.pauses.begin(name, after.as_deref(), self.clock.now());
            tracing::warn!("service `{name}` allows no more for now; asked again in {seconds} s");
            return Err(errors::paused(name, seconds));
        }
        let most = if response.status().is_success() { MOST_BYTES } else { 64 * 1024 };
        let mut body = vec![];
        while let Some(chunk) = response.chunk().await.map_err(cut)? {
            if body.len() + chunk.len() > most {
                return Err(if most == MOST_BYTES {
                    errors::too_long(name, MOST_BYTES)
                } else {
                    errors::refused(name, status, "")
                });
            }
            body.extend_from_slice(&chunk);
        }
        if (200..300).contains(&status) {
            return Ok(body);
        }
        Err(errors::refused(name, status, &complaint(&body, key)))
    }
}

/// A service's address: `http` only on this computer or in the local network, where no one else listens.
pub(crate) fn address(name: &str, base_url: &str) -> Result<reqwest::Url> {
    let wrong = |why: &str| {
        UserError::new(
            ErrorCode::Usage,
            format!("The address of `{name}` cannot be used: {why}. Nothing was sent."),
            "Mend it in the settings.",
        )
    };
    let base = base_url.trim().trim_end_matches('/');
    let base = base.strip_suffix("/v1").unwrap_or(base);
    let url = reqwest::Url::parse(base).map_err(|_| wrong("it is no address"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it holds a password; keys belong into the keychain"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_near(url.host_str().unwrap_or_default()) => Ok(url),
        "http" => Err(wrong("over `http` the key and your pages could be read on the way; use `https`")),
        _ => Err(wrong("it is neither `https` nor `http`")),
    }
}

pub(crate) fn is_near(host: &str) -> bool {
    if host == "localhost" {
        return true;
    }
    match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Err(_) => false,
    }
}

/// The innermost reason, without the address.
pub(crate) fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    let mut source = error.source();
    while let Some(inner) = source {
        innermost = inner;
        source = inner.source();
    }
    innermost.to_string().trim_end_matches('.').to_owned()
}

/// What a service says against a request: its message, shortened, without the key.
fn complaint(body: &[u8], key: Option<&Secret>) -> String {
    let text = serde_json::from_slice::<Value>(body).ok().and_then(|body| {
        let places = [&body["error"]["message"], &body["message"], &body["detail"], &body["error"]];
        places.iter().find_map(|place| place.as_str().map(str::to_owned))
    });
    let text = text.unwrap_or_default();
    let text = key.map_or(text.clone(), |key| key.hidden_in(&text));
    text.chars().filter(|c| !c.is_control()).take(MOST_COMPLAINT).collect()
}
