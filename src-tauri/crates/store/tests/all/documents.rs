//! Documents, pages and values on a real library.

use papertray_model::{
    BlobHash, DocType, DocumentId, DocumentQuery, DocumentStatus, Field, Fields, PageMeaning, PageReading,
    PageSource, Rect, Timestamp, Unit, Word,
};
use papertray_store::{NewDocument, Store, StoredPage, Understanding};

fn library() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

fn add(store: &Store, name: &str) -> DocumentId {
    let id = DocumentId::new();
    let new = NewDocument {
        id,
        source: format!("/in/{name}").into(),
        filename: name.to_owned(),
        mime_type: "application/pdf".to_owned(),
        size: 3,
        batch: 1,
        duplicates: papertray_model::Duplicates::Skip,
    };
    store.write_blocking(move |w| w.insert_document(&new, Timestamp(1))).unwrap();
    id
}

fn hash(letter: char) -> BlobHash {
    BlobHash::parse(&letter.to_string().repeat(64)).unwrap()
}

fn field(value: &str, confidence: f32) -> Field {
    Field {
        value: value.to_owned(),
        text: value.to_owned(),
        bbox: Some(Rect::new(1.0, 2.0, 3.0, 4.0)),
        page: Some(1),
        confidence,
        by: "rules@1".to_owned(),
    }
}

fn meaning(fields: Fields) -> PageMeaning {
    PageMeaning {
        doc_type: DocType::new("invoice"),
        confidence: 0.9,
        reasons: vec!["invoice".into()],
        fields,
        lines: vec![],
    }
}

fn page(number: u32, text: &str) -> StoredPage {
    let mut reading = PageReading::empty(number, Unit::Pt, 595.0, 842.0, PageSource::TextLayer);
    reading.words = vec![Word {
        text: text.to_owned(),
        bbox: Rect::new(10.0, 20.0, 30.0, 40.0),
        confidence: 0.75,
        line: 0,
    }];
    StoredPage {
        reading,
        meaning: meaning(Fields::new()),
        schema_version: 1,
        cache_key: "key".to_owned(),
        storage_uri: None,
        error: None,
    }
}

#[test]
fn equal_bytes_are_one_document() {
    let (_folder, store) = library();
    let (a, b) = (add(&store, "a.pdf"), add(&store, "b.pdf"));
    let complete = |id, letter| {
        store.write_blocking(move |w| w.copy_complete(id, &hash(letter), 9, Timestamp(2))).unwrap()
    };
    assert_eq!(complete(a, 'a'), None);
    assert_eq!(complete(b, 'a'), Some(a));
    assert!(store.read(|r| r.document(b)).unwrap().is_none());
    assert!(store.read(|r| r.pending_copies()).unwrap().is_empty());
}

#[test]
fn a_page_read_again_takes_the_place_of_the_first() {
    let (_folder, store) = library();
    let id = add(&store, "a.pdf");
    for text in ["first", "second"] {
        store.write_blocking(move |w| w.put_page(id, &page(1, text), Timestamp(2))).unwrap();
    }
    assert_eq!(store.read(|r| r.pages(id)).unwrap().len(), 1);
    let reading = store.read(|r| r.page_reading(id, 1)).unwrap().unwrap();
    assert_eq!(reading, page(1, "second").reading, "what is stored comes back whole");
}

#[test]
fn a_persons_value_outlives_every_reading() {
    let (_folder, store) = library();
    let id = add(&store, "a.pdf");
    let understand = |total: &str| {
        let fields = Fields::from([
            ("total".to_owned(), field(total, 0.5)),
            ("date".to_owned(), field("2026-05-12", 0.95)),
        ]);
        let understanding = Understanding {
            doc_type: DocType::new("invoice"),
            confidence: 0.9,
            fields,
            lines: vec![],
            language: None,
            checks: vec![],
            parts: vec![],
        };
        store.write_blocking(move |w| w.put_understanding(id, &understanding, Timestamp(2))).unwrap();
    };
    understand("10.00");
    assert_eq!(store.read(|r| r.document(id)).unwrap().unwrap().uncertain, 1);
    store.write_blocking(move |w| w.set_field_by_person(id, "total", "12.00", Timestamp(3))).unwrap();
    understand("11.00");
    let row = store.read(|r| r.document(id)).unwrap().unwrap();
    assert_eq!((row.total.as_deref(), row.uncertain), (Some("12.00"), 0));
    let fields = store.read(|r| r.fields(id, 0)).unwrap();
    assert_eq!((fields["total"].by.as_str(), fields["date"].by.as_str()), ("person", "rules@1"));
    let machine = store.read(|r| r.machine_value(id, "total")).unwrap().unwrap();
    assert_eq!(machine.value, "11.00", "what the machine says now is kept beside it");
}

#[test]
fn a_field_name_must_be_a_word() {
    let (_folder, store) = library();
    let id = add(&store, "a.pdf");
    for name in ["", "Total", "a b", "x'; DROP TABLE field"] {
        assert!(
            store.write_blocking(move |w| w.set_field_by_person(id, name, "1", Timestamp(3))).is_err(),
            "{name}"
        );
    }
}

#[test]
fn a_list_goes_on_where_it_ended() {
    let (_folder, store) = library();
    let ids: Vec<_> = (0..7).map(|n| add(&store, &format!("{n}_100%.pdf"))).collect();
    let mut query = DocumentQuery { limit: 3, ..DocumentQuery::default() };
    let mut seen = vec![];
    loop {
        let list = store.read(|r| r.documents(&query)).unwrap();
        assert_eq!(list.total, 7);
        seen.extend(list.rows.iter().map(|row| row.document_id));
        query.after = seen.last().copied();
        if !list.more {
            break;
        }
    }
    assert_eq!(seen, ids.into_iter().rev().collect::<Vec<_>>(), "newest first, none twice");
    let found = |text: &str| {
        let query = DocumentQuery { text: Some(text.to_owned()), ..DocumentQuery::default() };
        store.read(|r| r.documents(&query)).unwrap().total
    };
    assert_eq!(
        (found("3_1"), found("100%"), found("_%_"), found("none")),
        (1, 7, 7, 0),
        "signs part words, and ask for nothing alone"
    );
}

#[test]
fn the_trash_hides_and_gives_back() {
    let (_folder, store) = library();
    let id = add(&store, "a.pdf");
    let removed = |on| store.write_blocking(move |w| w.set_removed(id, on, Timestamp(4))).unwrap();
    assert!(removed(true) && !removed(true));
    assert_eq!(store.read(|r| r.inbox_counts()).unwrap().all, 0);
    assert!(removed(false) && !removed(false));
    assert_eq!(store.read(|r| r.inbox_counts()).unwrap().all, 1);
}

#[test]
fn a_status_of_no_document_is_an_error() {
    let (_folder, store) = library();
    let gone = DocumentId::new();
    assert!(
        store
            .write_blocking(move |w| w.set_status(gone, DocumentStatus::Failed, None, Timestamp(1)))
            .is_err()
    );
}

#[test]
fn some_of_a_list_are_asked_for_by_their_ids() {
    let (_folder, store) = library();
    let ids: Vec<DocumentId> = (0..5).map(|n| add(&store, &format!("{n}.pdf"))).collect();
    store
        .write_blocking({
            let gone = ids[3];
            move |w| w.set_removed(gone, true, Timestamp(2)).map(drop)
        })
        .unwrap();
    let only = vec![ids[1], ids[3], ids[4]];
    let list = store.read(|r| r.documents(&DocumentQuery { only, ..DocumentQuery::default() })).unwrap();
    let found: Vec<DocumentId> = list.rows.iter().map(|row| row.document_id).collect();
    assert_eq!(found, [ids[4], ids[1]], "what is no part of the list is not in the answer");
    assert_eq!(list.total, 4, "the total is that of the whole list");
}
