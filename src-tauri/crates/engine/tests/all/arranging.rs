//! What people do with read documents: arrange, split and merge pages, correct rows, take notes, decide about duplicates,
//! move the library. With the real reader.

use std::path::PathBuf;

use papertray_engine::{Engine, EngineConfig, ExportFormat, MoveProgress};
use papertray_fixtures::{Sheet, pdf};
use papertray_model::{
    AddOptions, AddOutcome, DocumentDetail, DocumentId, DocumentQuery, Duplicates, ErrorCode, Field,
    LineItem, PageRef, TwinsWhy,
};

struct Desk {
    folder: tempfile::TempDir,
    engine: Engine,
}

fn config(library: PathBuf) -> EngineConfig {
    let mut config = EngineConfig::new(library);
    config.pool.children = 1;
    config
}

fn sheet(lines: &[&str]) -> Sheet {
    let mut sheet = Sheet::a4();
    for (i, line) in lines.iter().enumerate() {
        sheet.left(60.0, 90.0 + 24.0 * i as f32, 10.0, line);
    }
    sheet
}

/// A PDF of one line a page.
fn paper(pages: &[&str]) -> Vec<u8> {
    let sheets: Vec<Sheet> = pages.iter().map(|line| sheet(&[line])).collect();
    pdf::text_pdf(&sheets, 0)
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(config(folder.path().join("library"))).await.unwrap();
        Self { folder, engine }
    }

    async fn read(&self, name: &str, bytes: &[u8]) -> DocumentId {
        let path = self.folder.path().join(name);
        fs_err::write(&path, bytes).unwrap();
        let options = AddOptions { stage: false, duplicates: Duplicates::Keep };
        let outcome = self.engine.add_with(vec![path], options).await.unwrap().remove(0);
        self.engine.stored().await.unwrap();
        self.engine.idle(0).await.unwrap();
        let AddOutcome::Added { document_id, .. } = outcome else { panic!("{outcome:?}") };
        document_id
    }

    fn detail(&self, id: DocumentId) -> DocumentDetail {
        self.engine.detail(id).unwrap()
    }

    /// What stands on each page, in order.
    fn said(&self, id: DocumentId) -> Vec<String> {
        let pages = self.detail(id).pages;
        pages.iter().map(|page| self.engine.page(id, page.page_number).unwrap().text).collect()
    }

    fn found(&self, words: &str) -> Vec<DocumentId> {
        let query = DocumentQuery { text: Some(words.to_owned()), ..DocumentQuery::default() };
        self.engine.documents(&query).unwrap().rows.into_iter().map(|row| row.document_id).collect()
    }

    /// How often pages were read since the library was begun.
    async fn pages_read(&self) -> u32 {
        let metrics = self.engine.queue_metrics(1).await.unwrap();
        metrics.spans.iter().map(|span| span.pages).sum()
    }

    /// The text of a file that was exported, page by page, as it is read anew.
    async fn read_back(&self, format: ExportFormat, id: DocumentId) -> Vec<String> {
        let out = self.folder.path().join(format!("out-{}", format.as_str()));
        let out = if format == ExportFormat::Pdf { out.with_extension("pdf") } else { out };
        let written = self.engine.export(vec![id], format, vec![], out).await.unwrap();
        let again = self.read("again.pdf", &fs_err::read(&written.files[0]).unwrap()).await;
        let said = self.said(again);
        self.engine.remove(vec![again]).await.unwrap();
        said
    }
}

fn at(leaves: &[PageRef], numbers: &[usize]) -> Vec<PageRef> {
    numbers.iter().map(|n| leaves[n - 1].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_arranged_over_an_untouched_file_and_come_back() {
    let desk = Desk::new().await;
    let id = desk.read("three.pdf", &paper(&["apricot one", "blueberry two", "cherry three"])).await;
    let (before, stored) = (desk.detail(id), desk.engine.stored_file(id).unwrap());
    let bytes = fs_err::read(&stored).unwrap();
    let read = desk.pages_read().await;
    assert!(!before.arranged);
    assert_eq!(before.leaves.len(), 3);

    let mut wanted = at(&before.leaves, &[3, 1]);
    wanted[1].turn = 90;
    let after = desk.engine.arrange_pages(id, Some(wanted.clone())).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    assert!(after.arranged);
    assert_eq!(after.leaves, wanted);
    assert_eq!(after.row.page_count, Some(2));
    assert_eq!(desk.said(id), ["cherry three", "apricot one"]);
    assert_eq!(desk.found("cherry"), [id]);
    assert_eq!(desk.found("blueberry"), [] as [DocumentId; 0], "a page that was taken out is not found");

    // The turned page lies across; its words and its picture lie with it.
    let (upright, turned) = (&before.pages[0], &after.pages[1]);
    assert_eq!((turned.width, turned.height), (upright.height, upright.width));
    let page = desk.engine.page(id, 2).unwrap();
    let word = &page.words[0].bbox;
    assert!(word.height() > word.width() && word.x0 > turned.width / 2.0, "{word:?}");
    let size = |path: &str| image_size(&fs_err::read(path).unwrap());
    let (w, h) = size(page.picture.as_deref().unwrap());
    assert!(w > h, "{w} × {h}");
    let hits = desk.engine.hits(&[id], "apricot", 5).unwrap();
    assert_eq!((hits[0].hits[0].page_number, hits[0].hits[0].bbox), (2, *word));

    // What goes out is what is seen: in order, turned, without what was taken out.
    assert_eq!(desk.read_back(ExportFormat::Pdf, id).await, ["cherry three", "apricot one"]);
    assert_eq!(desk.read_back(ExportFormat::Original, id).await, ["cherry three", "apricot one"]);

    // And back, page for page.
    let back = desk.engine.arrange_pages(id, None).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    assert!(!back.arranged);
    assert_eq!(back.leaves, before.leaves);
    assert_eq!(desk.said(id), ["apricot one", "blueberry two", "cherry three"]);
    assert_eq!(desk.found("blueberry"), [id]);
    assert_eq!(back.fields, before.fields);
    assert_eq!(fs_err::read(&stored).unwrap(), bytes, "the file is what was added");
    assert_eq!(desk.pages_read().await, read + 4, "only what was exported was read");
    assert!(desk.engine.diagnose().await.unwrap().problems.is_empty());
}

fn image_size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20)) // IHDR comes first
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_order_of_pages_is_refused() {
    let desk = Desk::new().await;
    let id = desk.read("two.pdf", &paper(&["apricot", "blueberry"])).await;
    let other = desk.read("other.pdf", &paper(&["damson"])).await;
    let leaves = desk.detail(id).leaves;
    let foreign = desk.detail(other).leaves;
    let askew = vec![PageRef { turn: 45, ..leaves[0].clone() }];
    for wanted in [vec![], at(&leaves, &[1, 1]), foreign, askew] {
        let refused = desk.engine.arrange_pages(id, Some(wanted)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Usage);
    }
    assert!(desk.engine.split_pages(id, vec![1, 2]).await.is_err(), "a page must stay");
    assert!(desk.engine.split_pages(id, vec![3]).await.is_err());
    assert!(desk.engine.merge_documents(vec![id, id]).await.is_err());
    assert_eq!(desk.said(id), ["apricot", "blueberry"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arranged_document_stays_so_when_it_is_read_again() {
    let desk = Desk::new().await;
    let id = desk.read("three.pdf", &paper(&["apricot", "blueberry", "cherry"])).await;
    let mut wanted = at(&desk.detail(id).leaves, &[2, 3]);
    wanted[0].turn = 180;
    desk.engine.arrange_pages(id, Some(wanted.clone())).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    desk.engine.refresh(id).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    let after = desk.detail(id);
    assert_eq!(after.leaves, wanted);
    assert_eq!(desk.said(id), ["blueberry", "cherry"]);
    let picture = desk.engine.page(id, 1).unwrap().picture.unwrap();
    assert!(picture.ends_with("page-2-180.png"), "{picture}");
    // What a person accepted stays accepted where nothing but the order changes.
    desk.engine.accept(id).await.unwrap();
    let back = desk.engine.arrange_pages(id, Some(at(&wanted, &[2, 1]))).await.unwrap();
    assert!(back.row.accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_split_off_and_merged_need_no_second_reading() {
    let desk = Desk::new().await;
    let id = desk.read("four.pdf", &paper(&["apricot", "blueberry", "cherry", "damson"])).await;
    let before = desk.detail(id).leaves;
    let made = desk.engine.split_pages(id, vec![2, 3]).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    let new = made.new_document_id;
    assert_eq!(
        (desk.said(id), desk.said(new)),
        (vec!["apricot".into(), "damson".into()], vec!["blueberry".into(), "cherry".into()])
    );
    assert_eq!(desk.detail(new).row.filename, "four (pages 2–3).pdf");
    assert_eq!(desk.found("blueberry"), [new]);
    assert!(desk.engine.page(new, 1).unwrap().picture.is_some());

    let other = desk.read("other.pdf", &paper(&["elderberry"])).await;
    let read = desk.pages_read().await;
    let merged = desk.engine.merge_documents(vec![id, other, new]).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    assert_eq!(desk.said(id), ["apricot", "damson", "elderberry", "blueberry", "cherry"]);
    assert_eq!(merged.row.page_count, Some(5));
    assert!(desk.engine.page(id, 3).unwrap().picture.is_some(), "the picture came along");
    assert_eq!(desk.found("elderberry"), [id], "the others lie in the trash");
    assert_eq!(desk.pages_read().await, read, "nothing was read again");

    // Gone for good, they take nothing along that the merged document shows.
    desk.engine.empty_trash().await.unwrap();
    assert_eq!(
        desk.read_back(ExportFormat::Pdf, id).await,
        ["apricot", "damson", "elderberry", "blueberry", "cherry"]
    );
    desk.engine.refresh(id).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    assert_eq!(desk.said(id), ["apricot", "damson", "elderberry", "blueberry", "cherry"]);
    assert_eq!(desk.engine.diagnose().await.unwrap().problems, Vec::<String>::new());
    desk.engine.arrange_pages(id, Some(before)).await.unwrap();
    assert_eq!(desk.said(id), ["apricot", "blueberry", "cherry", "damson"]);
}

fn cell(value: &str) -> Field {
    Field {
        value: value.into(),
        text: value.into(),
        bbox: None,
        page: None,
        confidence: 0.5,
        by: String::new(),
    }
}

fn row(cells: &[(&str, &str)]) -> LineItem {
    cells.iter().map(|(name, value)| ((*name).to_owned(), cell(value))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_goods_are_a_persons_once_they_say_so() {
    let desk = Desk::new().await;
    let invoice = sheet(&["Invoice", "Invoice number 1043", "Total EUR 30.00"]);
    let id = desk.read("invoice.pdf", &pdf::text_pdf(&[invoice], 0)).await;
    desk.engine.set_types(vec![(id, Some(papertray_model::DocType::new("invoice")))]).await.unwrap();
    desk.engine.set_field(id, "total".into(), "30.00".into()).await.unwrap();
    let machine = desk.detail(id).lines;
    let rows = vec![
        row(&[
            ("description", "Linen shirt"),
            ("quantity", "2"),
            ("unit_price", "10.00"),
            ("amount", "20.00"),
        ]),
        row(&[("description", "Wool coat"), ("quantity", "1"), ("unit_price", "10.00"), ("amount", "11.00")]),
    ];
    let after = desk.engine.set_lines(id, Some(rows.clone())).await.unwrap();
    assert!(after.lines_by_person);
    assert_eq!(after.lines[0]["amount"].by, "person");
    let wrong: Vec<&str> = after.checks.iter().filter(|c| !c.holds).map(|c| c.what.as_str()).collect();
    assert_eq!(wrong, ["line 2: 1 × 10.00 ≠ 11.00", "sum of 2 lines 31.00 ≠ 30.00"]);
    assert_eq!(desk.found("coat"), [id], "a row that a person wrote is found");

    let mut right = rows.clone();
    right[1].insert("amount".into(), cell("10.00"));
    let after = desk.engine.set_lines(id, Some(right)).await.unwrap();
    assert!(after.checks.iter().all(|c| c.holds), "{:?}", after.checks);
    desk.engine.replay(id).await.unwrap();
    assert_eq!(desk.detail(id).lines.len(), 2, "a machine does not take them away");

    for bad in [row(&[("amount", "a lot")]), row(&[("nonsense", "x")]), row(&[("amount", " ")])] {
        let refused = desk.engine.set_lines(id, Some(vec![bad])).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Usage, "{}", refused.message);
    }
    let back = desk.engine.set_lines(id, None).await.unwrap();
    assert_eq!((back.lines, back.lines_by_person), (machine, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_kept_and_found() {
    let desk = Desk::new().await;
    let id = desk.read("a.pdf", &paper(&["apricot"])).await;
    desk.engine.set_description(id, "note", "Call Henrietta back").await.unwrap();
    assert_eq!(desk.detail(id).note, "Call Henrietta back");
    assert_eq!(desk.found("henrietta"), [id]);
    desk.engine.set_description(id, "note", "").await.unwrap();
    assert_eq!((desk.detail(id).note, desk.found("henrietta")), (String::new(), vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_with_hyphens_are_found_as_typed_in_parts_and_together() {
    let desk = Desk::new().await;
    let id = desk.read("a.pdf", &paper(&["Order INV-2024-001 of a T-shirt"])).await;
    for words in [
        "INV-2024-001",
        "inv-2024",
        "2024-001",
        "2024",
        "inv2024001",
        "T-shirt",
        "tshirt",
        "t shirt",
        "shirt",
    ] {
        assert_eq!(desk.found(words), [id], "{words}");
        let hits = desk.engine.hits(&[id], words, 9).unwrap();
        assert_eq!(hits[0].hits.len(), 1, "{words}: {:?}", hits[0].hits);
    }
    assert_eq!(desk.found("2024-002 "), [] as [DocumentId; 0]);
}

fn invoice(number: &str, total: &str, items: &[&str]) -> Vec<u8> {
    let mut lines = vec![format!("Invoice number {number}"), "Acme Trading Ltd".to_owned()];
    lines.extend(items.iter().map(|item| (*item).to_owned()));
    lines.push(format!("Total EUR {total}"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    pdf::text_pdf(&[sheet(&lines)], 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_are_shown_until_a_person_decides() {
    let desk = Desk::new().await;
    let goods: Vec<String> = (0..14).map(|n| format!("item {n}17 at {n}4.50")).collect();
    let goods: Vec<&str> = goods.iter().map(String::as_str).collect();
    let others: Vec<String> = (0..14).map(|n| format!("item 5{n}9 at 7{n}.10")).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let one = desk.read("one.pdf", &invoice("1043", "812.00", &goods)).await;
    let scan = desk.read("scan.pdf", &invoice("1043", "812.00", &[&goods[..], &["PAID"]].concat())).await;
    desk.read("next.pdf", &invoice("1044", "311.00", &others)).await;
    let twins = desk.engine.twins().await.unwrap();
    assert_eq!(
        twins.len(),
        1,
        "{:?}",
        twins.iter().map(|t| (&t.one.filename, &t.other.filename, t.why)).collect::<Vec<_>>()
    );
    assert_eq!((twins[0].one.document_id, twins[0].other.document_id), (one, scan));
    assert!(twins[0].likeness > 0.9, "{}", twins[0].likeness);
    assert!(matches!(twins[0].why, TwinsWhy::SameWords | TwinsWhy::SameNumber));

    desk.engine.set_different(scan, one, true).await.unwrap();
    assert!(desk.engine.twins().await.unwrap().is_empty());
    desk.engine.set_different(one, scan, false).await.unwrap();
    assert_eq!(desk.engine.twins().await.unwrap().len(), 1, "taken back");
    desk.engine.remove(vec![scan]).await.unwrap();
    assert!(desk.engine.twins().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_library_is_the_same_library() {
    let desk = Desk::new().await;
    let id = desk.read("a.pdf", &paper(&["apricot", "blueberry"])).await;
    let leaves = desk.detail(id).leaves;
    desk.engine.arrange_pages(id, Some(at(&leaves, &[2]))).await.unwrap();
    desk.engine.idle(0).await.unwrap();
    let before = desk.detail(id);
    let (old, new) = (desk.folder.path().join("library"), desk.folder.path().join("disk/papers"));
    let inside = desk.engine.move_library(old.join("deeper"), MoveProgress::default()).await.unwrap_err();
    assert_eq!(inside.code, ErrorCode::Usage);
    let taken = desk.engine.move_library(desk.folder.path().to_owned(), MoveProgress::default()).await;
    assert_eq!(taken.unwrap_err().code, ErrorCode::Usage, "a folder that holds something");

    let progress = MoveProgress::default();
    let moved = desk.engine.move_library(new.clone(), progress.clone()).await.unwrap();
    assert_eq!(progress.get(), (moved.files as u64, moved.files as u64));
    assert!(old.join("library.sqlite").is_file(), "the old one is kept until somebody opened the new one");
    let engine = Engine::open(config(new)).await.unwrap();
    let after = engine.detail(id).unwrap();
    assert_eq!((after.fields, after.leaves), (before.fields, before.leaves));
    assert!(engine.page(id, 1).unwrap().picture.unwrap().contains("disk/papers"));
    engine.arrange_pages(id, None).await.unwrap();
    assert_eq!(engine.page(id, 1).unwrap().text, "apricot", "pages that were taken out came along");
    assert!(engine.diagnose().await.unwrap().problems.is_empty());
}
