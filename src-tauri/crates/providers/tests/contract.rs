//! What every service must do and what it may do to us, in each of the three languages, against a server on this computer.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

use std::{
    fmt::Write as _,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use papertray_model::{Clock, ErrorCode, ProviderSettings, Service, ServiceKind, Step, Timestamp, UserError};
use papertray_providers::{Ask, Client, Keys, Ledger, Line, Picture, Reply, Secret};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

const KEY: &str = "sk-contract-4711-secret";
const NAME: &str = "helper";

/// A line, and how it ended at what cost.
type Written = (Line, Option<(String, Option<u64>)>);

/// A ledger in memory.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<Written>>>);

impl Book {
    fn lines(&self) -> Vec<Written> {
        self.0.lock().unwrap().clone()
    }

    fn outcomes(&self) -> Vec<String> {
        self.lines().into_iter().map(|(_, end)| end.map_or("open".to_owned(), |e| e.0)).collect()
    }
}

impl Ledger for Book {
    async fn begin(&self, line: Line) -> Result<i64, UserError> {
        let mut lines = self.0.lock().unwrap();
        lines.push((line, None));
        Ok(i64::try_from(lines.len()).unwrap() - 1)
    }

    async fn end(&self, id: i64, outcome: String, cost_micros: Option<u64>) {
        self.0.lock().unwrap()[usize::try_from(id).unwrap()].1 = Some((outcome, cost_micros));
    }

    fn spent(&self) -> Result<(u64, u64), UserError> {
        let lines = self.0.lock().unwrap();
        let won = lines.iter().filter_map(|(line, end)| {
            let (outcome, cost) = end.as_ref()?;
            (outcome == "success").then(|| (u64::from(line.pages), cost.unwrap_or(0)))
        });
        Ok(won.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)))
    }
}

struct OneKey;

impl Keys for OneKey {
    fn get(&self, _: &str) -> Result<Option<Secret>, UserError> {
        Ok(Some(Secret::new(KEY)))
    }
    fn set(&self, _: &str, _: &Secret) -> Result<(), UserError> {
        Ok(())
    }
    fn remove(&self, _: &str) -> Result<(), UserError> {
        Ok(())
    }
}

/// A clock that a test moves.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Desk {
    client: Client<Book>,
    book: Book,
    clock: Arc<Hand>,
    settings: ProviderSettings,
}

impl Desk {
    fn new(kind: ServiceKind, url: &str) -> Self {
        let (book, clock) = (Book::default(), Arc::new(Hand(Mutex::new(Timestamp(1_000_000)))));
        let service = Service {
            kind,
            base_url: url.to_owned(),
            model: "model-1".to_owned(),
            page_micros: 1000,
            input_micros: 1_000_000,
            output_micros: 2_000_000,
        };
        let settings = ProviderSettings {
            offline: false,
            services: [(NAME.to_owned(), service)].into(),
            timeout_s: 2,
            ..ProviderSettings::default()
        };
        let client = Client::new(Arc::new(OneKey), book.clone(), clock.clone()).unwrap();
        Self { client, book, clock, settings }
    }

    async fn ask(&self) -> Result<Reply, UserError> {
        self.client.ask(&self.settings, NAME, &question()).await
    }
}

fn question() -> Ask {
    Ask {
        step: Step::Fields,
        document_id: None,
        what: "text of 1 page".to_owned(),
        task: "Read the invoice.".to_owned(),
        text: "Rechnung Nr. 42".to_owned(),
        pictures: vec![Picture { bytes: vec![1, 2, 3], mime: "image/png" }],
        pages: 1,
        schema: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "required": ["number"],
            "properties": {"number": {"type": "string"}},
        }),
    }
}

/// What each language says when it answers `value`.
fn answer(kind: ServiceKind, value: &Value) -> Value {
    match kind {
        ServiceKind::MistralOcr => json!({
            "pages": [{"index": 0, "markdown": "# Rechnung Nr. 42", "images": [], "dimensions": null}],
            "model": "model-1",
            "document_annotation": value.to_string(),
            "usage_info": {"pages_processed": 1, "doc_size_bytes": 3},
        }),
        ServiceKind::Anthropic => json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "model-1",
            "content": [
                {"type": "text", "text": "Here it is."},
                {"type": "tool_use", "id": "t1", "name": "answer", "input": value},
            ],
            "stop_reason": "tool_use",
            "usage": {"input_tokens": 100, "output_tokens": 50},
        }),
        ServiceKind::OpenAi => json!({
            "id": "c1", "object": "chat.completion", "model": "model-1",
            "choices": [{"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": value.to_string()}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
        }),
    }
}

/// Answers in turn; the last one again and again. Every request must have its line in the ledger already.
struct InTurn {
    answers: Vec<ResponseTemplate>,
    seen: Mutex<usize>,
    book: Book,
}

impl Respond for InTurn {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut seen = self.seen.lock().unwrap();
        *seen += 1;
        assert_eq!(self.book.lines().len(), *seen, "the line stands before anything is sent");
        self.answers[(*seen - 1).min(self.answers.len() - 1)].clone()
    }
}

async fn server(kind: ServiceKind, answers: Vec<ResponseTemplate>) -> (MockServer, Desk) {
    let server = MockServer::start().await;
    let desk = Desk::new(kind, &server.uri());
    let respond = InTurn { answers, seen: Mutex::new(0), book: desk.book.clone() };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    (server, desk)
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

#[tokio::test]
async fn a_question_is_asked_in_each_language_and_its_answer_understood() {
    for kind in ServiceKind::ALL {
        let (server, desk) = server(kind, vec![ok(&answer(kind, &json!({"number": "42"})))]).await;
        let reply = desk.ask().await.unwrap();
        assert_eq!(reply.value["number"], "42", "{kind:?}");
        let sent = &server.received_requests().await.unwrap()[0];
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        let header = |name: &str| sent.headers.get(name).map(|v| v.to_str().unwrap().to_owned());
        let (path, key, schema) = match kind {
            ServiceKind::MistralOcr => (
                "/v1/ocr",
                header("authorization"),
                &body["document_annotation_format"]["json_schema"]["schema"],
            ),
            ServiceKind::Anthropic => {
                ("/v1/messages", header("x-api-key"), &body["tools"][0]["input_schema"])
            }
            ServiceKind::OpenAi => (
                "/v1/chat/completions",
                header("authorization"),
                &body["response_format"]["json_schema"]["schema"],
            ),
        };
        assert_eq!(sent.url.path(), path);
        assert!(key.unwrap().ends_with(KEY));
        assert_eq!(schema["required"][0], "number");
        assert_eq!(schema.get("$schema"), None, "services refuse the schema's own address");
        assert_eq!(body["model"], "model-1");
        assert!(!String::from_utf8_lossy(&sent.body).contains(KEY), "the key is in a header only");
        if kind == ServiceKind::Anthropic {
            assert_eq!(header("anthropic-version").as_deref(), Some("2023-06-01"));
        }
        let lines = desk.book.lines();
        let (line, end) = &lines[0];
        assert_eq!((line.host.as_str(), line.pages), ("127.0.0.1", 1));
        assert_eq!(line.bytes, sent.body.len() as u64);
        let cost = if kind == ServiceKind::MistralOcr { 1000 } else { 1000 + 100 + 100 };
        assert_eq!(end, &Some(("success".to_owned(), Some(cost))), "{kind:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_or_does_not_fit_is_asked_for_once_more() {
    for kind in ServiceKind::ALL {
        let good = ok(&answer(kind, &json!({"number": "42"})));
        let bad = ResponseTemplate::new(200).set_body_string("<html>not json</html>");
        let strange = ok(&answer(kind, &json!({"number": 42})));
        for first in [bad.clone(), strange] {
            let (_server, desk) = server(kind, vec![first, good.clone()]).await;
            assert_eq!(desk.ask().await.unwrap().value["number"], "42", "{kind:?}");
        }
        let (server, desk) = server(kind, vec![bad]).await;
        let error = desk.ask().await.unwrap_err();
        assert_eq!((error.code, server.received_requests().await.unwrap().len()), (ErrorCode::Io, 2));
        assert!(desk.book.outcomes().iter().all(|o| o.starts_with("unusable answer")));
        assert_eq!(desk.book.spent().unwrap(), (0, 0), "only successes count");
    }
}

#[tokio::test]
async fn no_answer_in_time_is_given_up() {
    for kind in ServiceKind::ALL {
        let late = ok(&answer(kind, &json!({"number": "42"}))).set_delay(Duration::from_secs(30));
        let (_server, mut desk) = server(kind, vec![late]).await;
        desk.settings.timeout_s = 1;
        assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::TimedOut, "{kind:?}");
        assert_eq!(desk.book.outcomes(), ["timed_out"]);
    }
}

#[tokio::test]
async fn a_refused_key_is_named_without_being_shown() {
    for kind in ServiceKind::ALL {
        let complaint = json!({"error": {"message": format!("Incorrect API key provided: {KEY}.")}});
        let refusal = ResponseTemplate::new(401).set_body_json(complaint);
        let (server, desk) = server(kind, vec![refusal]).await;
        let error = desk.ask().await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PermissionDenied, "{kind:?}");
        assert!(error.message.contains("401") && error.message.contains("Incorrect API key"), "{error}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "it is not tried again");
        assert_eq!(desk.book.outcomes(), ["permission_denied"]);
    }
}

#[tokio::test]
async fn too_many_requests_pause_that_service_with_a_countdown() {
    for kind in ServiceKind::ALL {
        let busy = ResponseTemplate::new(429).insert_header("retry-after", "30");
        let good = ok(&answer(kind, &json!({"number": "42"})));
        let (server, desk) = server(kind, vec![busy, good]).await;
        assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::ProviderLimit, "{kind:?}");
        *desk.clock.0.lock().unwrap() = Timestamp(1_000_000 + 12_000);
        let error = desk.ask().await.unwrap_err();
        assert!(error.message.contains("18 s"), "{error}");
        assert_eq!(desk.client.pause_left(NAME), Some(18));
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "nothing is sent meanwhile");
        *desk.clock.0.lock().unwrap() = Timestamp(1_000_000 + 30_000);
        assert_eq!(desk.ask().await.unwrap().value["number"], "42", "and then it is asked again");
        assert_eq!(desk.book.outcomes(), ["provider_limit", "success"]);
    }
}

#[tokio::test]
async fn a_huge_answer_is_given_up() {
    for kind in ServiceKind::ALL {
        let huge = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 17 * 1024 * 1024]);
        let (_server, mut desk) = server(kind, vec![huge]).await;
        desk.settings.timeout_s = 60;
        assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::TooLarge, "{kind:?}");
        assert_eq!(desk.book.outcomes(), ["too_large"]);
    }
}

#[tokio::test]
async fn a_cut_connection_is_an_error_like_others() {
    for kind in ServiceKind::ALL {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let cutter = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut begun = [0; 512];
            let _ = stream.read(&mut begun).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"pages\":").await;
        });
        let desk = Desk::new(kind, &url);
        let error = desk.ask().await.unwrap_err();
        cutter.await.unwrap();
        assert_eq!(error.code, ErrorCode::Io, "{kind:?}: {error}");
        assert_eq!(desk.book.outcomes(), ["io"]);
    }
}

#[tokio::test]
async fn the_switch_and_the_caps_let_nothing_out() {
    let kind = ServiceKind::OpenAi;
    let good = ok(&answer(kind, &json!({"number": "42"})));
    let (server, mut desk) = server(kind, vec![good]).await;
    desk.settings.offline = true;
    assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::PermissionDenied);
    desk.settings.offline = false;
    desk.settings.page_cap = 1;
    desk.ask().await.unwrap();
    assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::ProviderLimit, "one page was used");
    desk.settings.page_cap = 0;
    desk.settings.spend_cap_micros = 1300;
    assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::ProviderLimit, "1,200 were spent");
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    assert_eq!(desk.book.lines().len(), 1, "what is not sent is not in the ledger");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_plain_http_stays_at_home() {
    let away = ResponseTemplate::new(307).insert_header("location", "http://127.0.0.1:9/v1/elsewhere");
    let (_server, mut desk) = server(ServiceKind::OpenAi, vec![away]).await;
    assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::Usage);
    for url in ["http://api.example.com", "ftp://127.0.0.1", "https://user:pass@api.example.com", "nonsense"]
    {
        desk.settings.services.get_mut(NAME).unwrap().base_url = url.to_owned();
        assert_eq!(desk.ask().await.unwrap_err().code, ErrorCode::Usage, "{url}");
    }
    assert_eq!(desk.book.lines().len(), 1);
}

/// A log that is kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_is_in_no_log_no_ledger_and_no_error() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut said = String::new();
    for kind in ServiceKind::ALL {
        let echo = json!({"error": {"message": format!("bad key {KEY}")}, "detail": KEY});
        let answers = [
            ok(&answer(kind, &json!({"number": "42"}))),
            ResponseTemplate::new(401).set_body_json(&echo),
            ResponseTemplate::new(429).set_body_json(&echo),
            ResponseTemplate::new(500).set_body_string(KEY),
            ResponseTemplate::new(200).set_body_string(format!("no json {KEY}")),
            ok(&answer(kind, &json!({"number": [KEY]}))),
        ];
        for response in answers {
            let (_server, desk) = server(kind, vec![response]).await;
            let outcome = desk.ask().await.map(|_| ());
            write!(said, "{outcome:?} {:?} {:?}", desk.book.lines(), OneKey.get(NAME)).unwrap();
        }
    }
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("allows no more"), "something was logged: {logged}");
    assert!(!said.contains(KEY), "{said}");
    assert!(!logged.contains(KEY), "the log holds the key");
}
