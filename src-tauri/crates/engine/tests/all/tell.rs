//! A batch that is ready is told to another program and by e-mail: signed, noted before it is sent, tried again by the
//! queue. Against servers of this test.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use papertray_engine::{Engine, EngineConfig};
use papertray_fixtures::small_pdf;
use papertray_model::{
    JobKind, JobQuery, JobState, UserError,
    tell::{MailSecurity, TellTarget, Told},
};
use papertray_providers::{Keys, Secret, webhook};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

/// A keychain in memory.
#[derive(Default)]
struct Pocket(Mutex<HashMap<String, Secret>>);

impl Keys for Pocket {
    fn get(&self, service: &str) -> Result<Option<Secret>, UserError> {
        Ok(self.0.lock().unwrap().get(service).cloned())
    }
    fn set(&self, service: &str, key: &Secret) -> Result<(), UserError> {
        self.0.lock().unwrap().insert(service.to_owned(), key.clone());
        Ok(())
    }
    fn remove(&self, service: &str) -> Result<(), UserError> {
        self.0.lock().unwrap().remove(service);
        Ok(())
    }
}

async fn engine(folder: &std::path::Path, offline: bool) -> Engine {
    let mut config = EngineConfig::new(folder.join("library"));
    config.pool.children = 1;
    config.keys = Arc::new(Pocket::default());
    let engine = Engine::open(config).await.unwrap();
    let mut work = engine.work_settings().unwrap();
    work.providers.offline = offline;
    engine.set_work_settings(work).await.unwrap();
    engine
}

async fn add(engine: &Engine, folder: &std::path::Path, number: u64) {
    let path = folder.join(format!("bill {number}.pdf"));
    fs_err::write(&path, small_pdf(7, number)).unwrap();
    engine.add(vec![path]).await.unwrap();
    engine.stored().await.unwrap();
    engine.idle(60_000).await.unwrap();
}

fn sending(engine: &Engine, kind: JobKind) -> Vec<JobState> {
    let jobs = engine.jobs(&JobQuery::default()).unwrap().jobs;
    jobs.into_iter().filter(|job| job.kind == kind).map(|job| job.status).collect()
}

async fn until(what: &str, reached: impl Fn() -> bool) {
    for _ in 0..3000 {
        if reached() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_hears_of_a_batch_signed_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = MockServer::start().await;
    // It fails the first time.
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let engine = engine(folder.path(), false).await;
    let mut settings = engine.settings().unwrap();
    settings.tell.webhook.on = true;
    settings.tell.webhook.url = format!("{}/papers?to=me", server.uri());
    engine.set_settings(settings).await.unwrap();
    engine.set_secret(TellTarget::Webhook, Some("sesame-open".into())).await.unwrap();
    assert!(engine.has_secret(TellTarget::Webhook).await.unwrap());
    add(&engine, folder.path(), 1).await;
    until("the webhook was told", || sending(&engine, JobKind::SendWebhook) == [JobState::Completed]).await;

    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 2, "once in vain, once heard");
    let deliveries: Vec<_> = requests.iter().map(|r| r.headers["papertray-delivery"].clone()).collect();
    assert_eq!(deliveries[0], deliveries[1], "the same message keeps its name");
    let heard = requests.last().unwrap();
    assert_eq!(heard.url.query(), Some("to=me"));
    let told: Told = serde_json::from_slice(&heard.body).unwrap();
    assert_eq!((told.schema, told.event.as_str(), told.read.len()), (1, "batch_finished", 1));
    assert_eq!(told.read[0].filename, "bill 1.pdf");
    let header = heard.headers["papertray-signature"].to_str().unwrap();
    let seconds: i64 = header.split(',').next().unwrap().trim_start_matches("t=").parse().unwrap();
    let wanted = webhook::signature(
        &Secret::new("sesame-open"),
        &heard.body,
        papertray_model::Timestamp(seconds * 1000),
    );
    assert_eq!(header, wanted);
    // What was kept of it: that it was sent and what, without the secret.
    let database = fs_err::read(folder.path().join("library/library.sqlite")).unwrap();
    assert!(!database.windows(11).any(|bytes| bytes == b"sesame-open"));
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_nobody_is_told_and_off_nothing_is_queued() {
    let folder = tempfile::tempdir().unwrap();
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let engine = engine(folder.path(), true).await;
    add(&engine, folder.path(), 1).await;
    assert_eq!(sending(&engine, JobKind::SendWebhook), []);
    let mut settings = engine.settings().unwrap();
    settings.tell.webhook.on = true;
    settings.tell.webhook.url = server.uri();
    engine.set_settings(settings).await.unwrap();
    engine.set_secret(TellTarget::Webhook, Some("sesame-open".into())).await.unwrap();
    add(&engine, folder.path(), 2).await;
    until("it has failed", || sending(&engine, JobKind::SendWebhook) == [JobState::Failed]).await;
    let refused = engine.test_tell(TellTarget::Webhook).await.unwrap_err();
    assert!(refused.message.contains("offline"), "{refused}");
    assert!(server.received_requests().await.unwrap().is_empty());
    engine.shutdown().await;
}

/// A mail server that takes one message; answers what it was told.
async fn mail_server() -> (u16, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let talk = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = stream.split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 test\r\n").await.unwrap();
        let (mut heard, mut in_message) = (vec![], false);
        while let Ok(Some(line)) = lines.next_line().await {
            heard.push(line.clone());
            let answer: &[u8] = match () {
                () if in_message && line == "." => {
                    in_message = false;
                    b"250 taken\r\n"
                }
                () if in_message => continue,
                () if line.starts_with("EHLO") => b"250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
                () if line.starts_with("AUTH") => b"235 welcome\r\n",
                () if line == "DATA" => {
                    in_message = true;
                    b"354 go on\r\n"
                }
                () if line == "QUIT" => b"221 bye\r\n",
                () => b"250 fine\r\n",
            };
            writing.write_all(answer).await.unwrap();
            if line == "QUIT" {
                break;
            }
        }
        heard
    });
    (port, talk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_by_mail() {
    let folder = tempfile::tempdir().unwrap();
    let (port, talk) = mail_server().await;
    let engine = engine(folder.path(), false).await;
    let mut settings = engine.settings().unwrap();
    let mail = &mut settings.tell.mail;
    mail.on = true;
    (mail.server, mail.port, mail.security) = ("127.0.0.1".into(), port, MailSecurity::None);
    (mail.user, mail.from, mail.to) = ("me".into(), "Papers <a@example.org>".into(), "b@example.org".into());
    engine.set_settings(settings.clone()).await.unwrap();
    engine.set_secret(TellTarget::Mail, Some("sesame-open".into())).await.unwrap();
    add(&engine, folder.path(), 1).await;
    until("the mail is sent", || sending(&engine, JobKind::SendMail) == [JobState::Completed]).await;
    let heard = tokio::time::timeout(std::time::Duration::from_secs(10), talk).await.unwrap().unwrap();
    let said = |words: &str| heard.iter().any(|line| line.contains(words));
    for words in [
        "AUTH PLAIN",
        "MAIL FROM:<a@example.org>",
        "RCPT TO:<b@example.org>",
        "Subject: Papertray: ",
        "bill 1.pdf",
    ] {
        assert!(said(words), "{words}: {heard:#?}");
    }
    // A stranger's server is spoken to in cipher only.
    settings.tell.mail.server = "mail.example.org".into();
    engine.set_settings(settings).await.unwrap();
    let refused = engine.test_tell(TellTarget::Mail).await.unwrap_err();
    assert!(refused.message.contains("without encryption"), "{refused}");
    engine.shutdown().await;
}
