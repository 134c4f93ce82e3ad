//! Every door for files: archives and mails with what is in them, the same file again, versions, pasted pictures, the
//! trash. With the real reader.

use std::{
    io::{Cursor, Write as _},
    path::PathBuf,
};

use papertray_engine::{Engine, EngineConfig};
use papertray_fixtures::small_pdf;
use papertray_model::{
    AddOptions, AddOutcome, DocumentDetail, DocumentFilter, DocumentId, DocumentQuery, DocumentStatus,
    Duplicates, ErrorCode, Settings,
};
use zip::{ZipWriter, write::SimpleFileOptions};

struct Desk {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = EngineConfig::new(folder.path().join("library"));
        config.pool.children = 1;
        Self { engine: Engine::open(config).await.unwrap(), folder }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs_err::write(&path, bytes).unwrap();
        path
    }

    /// Adds a file, waits until all work is over, and answers its document.
    async fn read(&self, name: &str, bytes: &[u8]) -> DocumentDetail {
        let outcome = self.add(self.file(name, bytes), Duplicates::Skip).await;
        let AddOutcome::Added { document_id, .. } = outcome else { panic!("{outcome:?}") };
        self.engine.detail(document_id).unwrap()
    }

    async fn add(&self, path: PathBuf, duplicates: Duplicates) -> AddOutcome {
        let options = AddOptions { stage: false, duplicates };
        let outcome = self.engine.add_with(vec![path], options).await.unwrap().remove(0);
        self.engine.stored().await.unwrap();
        self.engine.idle(0).await.unwrap();
        outcome
    }

    fn shown(&self, filter: DocumentFilter) -> Vec<String> {
        let list = self.engine.documents(&DocumentQuery { filter, ..DocumentQuery::default() }).unwrap();
        let mut names: Vec<String> = list.rows.into_iter().map(|row| row.filename).collect();
        names.sort();
        names
    }
}

fn new_id(outcome: &AddOutcome) -> DocumentId {
    match outcome {
        AddOutcome::Added { document_id, .. } => *document_id,
        other => panic!("{other:?}"),
    }
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn names(detail: &DocumentDetail) -> Vec<&str> {
    detail.parts.iter().map(|part| part.filename.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_becomes_its_documents() {
    let desk = Desk::new().await;
    let inner = zip_of(&[("deep.pdf", &small_pdf(7, 3))]);
    let archive = zip_of(&[
        ("May/../../bill.pdf", &small_pdf(7, 1)),
        ("second.pdf", &small_pdf(7, 2)),
        ("again.pdf", &small_pdf(7, 2)),
        ("__MACOSX/._second.pdf", b"junk"),
        ("setup.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"),
        ("inner.zip", &inner),
    ]);
    let parent = desk.read("papers.zip", &archive).await;
    assert_eq!(parent.row.status, DocumentStatus::OcrComplete, "{:?}", parent.row.error);
    assert_eq!(names(&parent), ["bill.pdf", "second.pdf", "inner.zip"], "each once, by its plain name");
    assert_eq!(parent.row.parts, 3);
    assert!(parent.row.doc_type.as_ref().is_none_or(papertray_model::DocType::is_unknown));
    let inner = parent.parts.iter().find(|part| part.filename == "inner.zip").unwrap();
    let inner = desk.engine.detail(inner.document_id).unwrap();
    assert_eq!(names(&inner), ["deep.pdf"]);
    assert_eq!(inner.parent.as_ref().unwrap().document_id, parent.row.document_id);
    for part in parent.parts.iter().chain(&inner.parts) {
        assert_eq!(part.status, DocumentStatus::OcrComplete, "{}: {:?}", part.filename, part.error);
    }
    let log: Vec<String> = {
        let query =
            papertray_model::JobQuery { owner: Some(parent.row.document_id.into()), ..Default::default() };
        let jobs = desk.engine.jobs(&query).unwrap().jobs;
        let logs = jobs.iter().map(|job| desk.engine.job(job.id).unwrap().log);
        logs.flatten().map(|line| line.message).collect()
    };
    assert!(log.iter().any(|line| line.contains("setup.exe") && line.contains("does not read")), "{log:?}");
    assert!(log.iter().any(|line| line.contains("again.pdf") && line.contains("already")), "{log:?}");
    // A file without an original of its own opens as a copy under its own name.
    let opened = desk.engine.file_to_open(parent.parts[0].document_id).await.unwrap();
    assert_eq!(opened.file_name().unwrap(), "bill.pdf");
    assert_eq!(fs_err::read(opened).unwrap(), small_pdf(7, 1));
    // Read again, nothing comes out twice.
    desk.engine.refresh(parent.row.document_id).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    let again = desk.engine.detail(parent.row.document_id).unwrap();
    assert_eq!(names(&again), names(&parent));
    assert!(desk.engine.diagnose().await.unwrap().problems.is_empty());
    desk.engine.shutdown().await;
}

/// A part that calls itself like one of the person's own files was opened in its place: found by reading the code that
/// joined an archive's path with a part's name, which a name from the root replaces.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_named_like_another_file_does_not_open_that_file() {
    let desk = Desk::new().await;
    // Not in a folder whose name begins with a dot: parts of such names stay inside anyway.
    let mine = tempfile::Builder::new().prefix("mine").tempdir().unwrap();
    let secret = mine.path().join("secret.pdf");
    fs_err::write(&secret, small_pdf(7, 99)).unwrap();
    let climbing = format!("../../../../../..{}", secret.display());
    let archive = zip_of(&[
        (secret.to_str().unwrap(), &small_pdf(7, 1)),
        (&climbing, &small_pdf(7, 2)),
        ("C:\\Windows\\win.pdf", &small_pdf(7, 3)),
    ]);
    let parent = desk.read("papers.zip", &archive).await;
    assert_eq!(parent.parts.len(), 3);
    for part in &parent.parts {
        let inside = std::path::Path::new(&part.file).strip_prefix(&parent.row.file).unwrap();
        let plain = |c: std::path::Component<'_>| matches!(c, std::path::Component::Normal(_));
        assert!(inside.components().all(plain), "{}", part.file);
        let opened = desk.engine.file_to_open(part.document_id).await.unwrap();
        assert_ne!(opened, secret);
        assert_ne!(fs_err::read(&opened).unwrap(), small_pdf(7, 99));
    }
    desk.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_does_not_end_is_left_as_it_is() {
    let desk = Desk::new().await;
    let mut archive = zip_of(&[("paper.pdf", &small_pdf(7, 1))]);
    for depth in 0..5 {
        archive = zip_of(&[(&format!("level-{depth}.zip"), &archive)]);
    }
    let parent = desk.read("matryoshka.zip", &archive).await;
    assert_eq!(parent.row.status, DocumentStatus::OcrComplete);
    let shown = desk.shown(DocumentFilter::All);
    assert_eq!(shown, ["level-2.zip", "level-3.zip", "level-4.zip", "matryoshka.zip"]);
    let failed =
        desk.engine.documents(&DocumentQuery { filter: DocumentFilter::Failed, ..DocumentQuery::default() });
    let failed = failed.unwrap().rows;
    assert_eq!((failed.len(), failed[0].status), (1, DocumentStatus::Partial));
    assert_eq!(failed[0].error.as_ref().unwrap().code, ErrorCode::TooLarge);

    let many: Vec<(String, Vec<u8>)> = (0..1100).map(|n| (format!("{n}.txt"), vec![b'a'; 3])).collect();
    let many: Vec<(&str, &[u8])> =
        many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let parent = desk.read("many.zip", &zip_of(&many)).await;
    assert_eq!(parent.row.status, DocumentStatus::Failed);
    assert_eq!(parent.row.error.unwrap().code, ErrorCode::TooLarge);
    let bomb = zip_of(&[("zeros.txt", &vec![0u8; 300 << 20])]);
    let parent = desk.read("bomb.zip", &bomb).await;
    assert_eq!((parent.row.status, parent.row.parts), (DocumentStatus::Partial, 0));
    desk.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_archive_asks_for_its_password() {
    let desk = Desk::new().await;
    let mut archive = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().with_aes_encryption(zip::AesMode::Aes256, "sesame");
    archive.start_file("secret.pdf", options).unwrap();
    archive.write_all(&small_pdf(7, 1)).unwrap();
    let locked = desk.read("locked.zip", &archive.finish().unwrap().into_inner()).await;
    assert_eq!(locked.row.error.as_ref().unwrap().code, ErrorCode::Encrypted);
    let id = locked.row.document_id;
    for (password, code) in [("wrong", Some(ErrorCode::WrongPassword)), ("sesame", None)] {
        desk.engine.unlock(id, password.to_owned()).await.unwrap();
        desk.engine.idle(0).await.unwrap();
        let now = desk.engine.detail(id).unwrap();
        assert_eq!(now.row.error.as_ref().map(|e| e.code), code);
        assert_eq!(now.row.parts, u32::from(code.is_none()));
    }
    desk.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_what_was_written_and_what_came_with_it() {
    let desk = Desk::new().await;
    let pdf = base64(&small_pdf(7, 9));
    let logo = base64(b"\x89PNG\r\n\x1a\nlogo");
    let mail = format!(
        "From: Anna Muster <anna@example.org>\r\nTo: office@example.org\r\nSubject: =?utf-8?q?Rechnung_M=C3=A4rz?=\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nMessage-ID: <1@example.org>\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Guten Tag, anbei die Rechnung.</p>\r\n\
         --b\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{logo}\r\n\
         --b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"../Rechnung 9.pdf\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{pdf}\r\n--b--\r\n"
    );
    let parent = desk.read("mail.eml", mail.as_bytes()).await;
    assert_eq!(names(&parent), ["Rechnung 9.pdf"], "the logo is part of the letter");
    let page = desk.engine.page(parent.row.document_id, 1).unwrap();
    for words in ["Anna Muster <anna@example.org>", "Rechnung März", "anbei die Rechnung", "Rechnung 9.pdf"]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    desk.engine.shutdown().await;
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (n, chunk) in bytes.chunks(3).enumerate() {
        let number = chunk.iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * digit)) as usize & 63];
            text.push(if digit <= chunk.len() { letter as char } else { '=' });
        }
        if n % 19 == 18 {
            text.push_str("\r\n");
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_is_skipped_kept_or_a_version() {
    let desk = Desk::new().await;
    let first = desk.read("bill.pdf", &small_pdf(7, 1)).await.row.document_id;
    let copy = desk.file("copy.pdf", &small_pdf(7, 1));
    let skipped = desk.add(copy.clone(), Duplicates::Skip).await;
    let AddOutcome::AlreadyImported { document_id, name, in_trash, .. } = skipped else {
        panic!("{skipped:?}")
    };
    assert_eq!((document_id, name.as_str(), in_trash), (first, "bill.pdf", false));

    let kept = new_id(&desk.add(copy.clone(), Duplicates::Keep).await);
    assert_eq!(desk.shown(DocumentFilter::All), ["bill.pdf", "copy.pdf"]);
    // The copy goes for good, its bytes stay for the first one.
    desk.engine.remove(vec![kept]).await.unwrap();
    assert_eq!(desk.engine.empty_trash().await.unwrap(), 1);
    assert!(desk.engine.diagnose().await.unwrap().problems.is_empty());

    let version = new_id(&desk.add(copy, Duplicates::Version).await);
    assert_eq!(desk.shown(DocumentFilter::All), ["copy.pdf"], "the newest version stands for both");
    let versions = desk.engine.detail(version).unwrap().versions;
    let versions: Vec<_> = versions.iter().map(|v| (v.document_id, v.current)).collect();
    assert_eq!(versions, [(version, true), (first, false)]);
    desk.engine.remove(vec![version]).await.unwrap();
    assert_eq!(desk.shown(DocumentFilter::All), ["bill.pdf"], "the one before comes back");
    desk.engine.restore(vec![version]).await.unwrap();
    desk.engine.separate_version(first).await.unwrap();
    assert_eq!(desk.shown(DocumentFilter::All), ["bill.pdf", "copy.pdf"]);
    desk.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trash_holds_what_can_come_back_until_it_is_emptied() {
    let desk = Desk::new().await;
    let first = desk.read("bill.pdf", &small_pdf(7, 1)).await.row.document_id;
    desk.engine.remove(vec![first]).await.unwrap();
    assert_eq!(desk.shown(DocumentFilter::Trash), ["bill.pdf"]);
    let storage = desk.engine.storage().await.unwrap();
    assert!(storage.trash > 0 && storage.trash == storage.originals && storage.trash_documents == 1);
    assert!(storage.pictures > 0 && storage.database > 0);
    let again = desk.add(desk.file("again.pdf", &small_pdf(7, 1)), Duplicates::Skip).await;
    assert!(matches!(again, AddOutcome::AlreadyImported { in_trash: true, .. }), "{again:?}");

    assert_eq!(desk.engine.empty_trash().await.unwrap(), 1);
    assert_eq!(desk.engine.empty_trash().await.unwrap(), 0);
    let storage = desk.engine.storage().await.unwrap();
    assert_eq!((storage.originals, storage.trash, storage.pictures), (0, 0, 0));
    let anew = desk.add(desk.folder.path().join("again.pdf"), Duplicates::Skip).await;
    assert_ne!(new_id(&anew), first, "what is gone for good is new when it comes again");
    assert!(desk.engine.diagnose().await.unwrap().problems.is_empty());
    desk.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_picture_is_a_document() {
    let desk = Desk::new().await;
    let receipt = papertray_fixtures::small_pdf(7, 4);
    let pasted =
        desk.engine.add_bytes("Pasted.pdf".into(), receipt.clone(), AddOptions::default()).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    let row = desk.engine.document(new_id(&pasted)).unwrap();
    assert_eq!((row.filename.as_str(), row.status), ("Pasted.pdf", DocumentStatus::OcrComplete));
    let again = desk.engine.add_bytes("Pasted 2.pdf".into(), receipt, AddOptions::default()).await.unwrap();
    assert!(matches!(again, AddOutcome::AlreadyImported { .. }), "{again:?}");
    let staged = AddOptions { stage: true, ..AddOptions::default() };
    let waits = desk.engine.add_bytes("Later.pdf".into(), small_pdf(7, 5), staged).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    assert_eq!(desk.shown(DocumentFilter::Staged), ["Later.pdf"]);
    assert!(desk.engine.document(new_id(&waits)).unwrap().staged);
    let settings = desk.engine.settings().unwrap();
    assert_eq!(settings, Settings::default());
    desk.engine.shutdown().await;
}
