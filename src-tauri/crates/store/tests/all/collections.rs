//! What is kept of collections.

use papertray_model::{
    CollectionId, DocumentId, Duplicates, Item, ItemId, JobId, PagePicture, Product, Rect, StoredPicture,
    Timestamp,
    collection::{CollectionInfo, InputRole, ItemKey, WorkState},
};
use papertray_store::{NewDocument, Store, StoredEdit, StoredItem, Work, Write};

const NOW: Timestamp = Timestamp(1000);

fn document(w: &Write<'_>) -> DocumentId {
    let id = DocumentId::new();
    let new = NewDocument {
        id,
        source: "/a/linesheet.pdf".into(),
        filename: "linesheet.pdf".into(),
        mime_type: "application/pdf".into(),
        size: 1,
        batch: 1,
        duplicates: Duplicates::Skip,
    };
    w.insert_document(&new, NOW).unwrap();
    id
}

fn collection(w: &Write<'_>) -> CollectionId {
    let id = CollectionId::new();
    w.insert_collection(id, &CollectionInfo { name: "Autumn".into(), ..CollectionInfo::default() }, NOW)
        .unwrap();
    id
}

fn item(key: &str) -> StoredItem {
    let product = Product { style_number: key.to_owned(), ..Product::default() };
    let json = serde_json::json!({
        "id": ItemId::new(), "style_number": product.style_number, "sizes": [], "more_photos": [], "matched": false,
        "included": true, "highlighted": false, "order_sources": [], "order_rows": [], "edits": []
    });
    let item: Item = serde_json::from_value(json).unwrap();
    StoredItem { key: key.to_owned(), item }
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

#[test]
fn an_item_that_is_not_made_any_more_keeps_what_a_person_set() {
    let (_folder, store) = store();
    let (id, first) = store
        .write_blocking(|w| {
            let id = collection(w);
            let items = [item("a"), item("b")];
            w.put_items(id, &items, NOW)?;
            let edit = StoredEdit {
                item: items[0].item.id,
                key: ItemKey::Included,
                before: Some("true".into()),
                mine: "false".into(),
            };
            w.put_edit(id, &edit, NOW)?;
            Ok((id, items[0].clone()))
        })
        .unwrap();
    assert_eq!(store.read(|r| r.item_counts(id)).unwrap(), (2, 1));
    store.write_blocking(move |w| w.put_items(id, &[item("c")], NOW)).unwrap();
    // `b` is forgotten, `a` waits aside with its edit.
    let known = store.read(|r| r.item_ids(id)).unwrap();
    let keys: Vec<&str> = known.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["c", "a"]);
    let again = first.clone();
    store.write_blocking(move |w| w.put_items(id, &[again], NOW)).unwrap();
    assert_eq!(store.read(|r| r.item_counts(id)).unwrap(), (1, 0), "it is left out as the person said");
    assert_eq!(store.read(|r| r.item_edits(id)).unwrap()[0].item, first.item.id);
}

#[test]
fn a_phases_result_is_kept_for_what_it_was_made_from() {
    let (_folder, store) = store();
    let id = store
        .write_blocking(|w| {
            let id = collection(w);
            w.begin_work(id, Work::Process, JobId(7))?;
            w.begin_phase(id, Work::Process, 5, false)?;
            w.put_phase_result(id, Work::Process, 3, "hash", &vec![1, 2])?;
            w.end_work(id, Work::Process, WorkState::Failed, None, NOW)?;
            Ok(id)
        })
        .unwrap();
    let result =
        |hash: &'static str| store.read(|r| r.phase_result::<Vec<u32>>(id, Work::Process, 3, hash)).unwrap();
    assert_eq!((result("hash"), result("other")), (Some(vec![1, 2]), None));
    let work = store.read(|r| r.collection_work(id, Work::Process)).unwrap();
    assert_eq!((work.state, work.phase, work.tries), (WorkState::Failed, 5, 1));
}

#[test]
fn what_a_collection_needs_is_not_emptied_with_the_trash() {
    let (_folder, store) = store();
    let picture = |hash: &str| StoredPicture {
        blob: papertray_model::BlobHash::parse(&hash.repeat(64)).unwrap(),
        sha256: String::new(),
        width: 1,
        height: 1,
        likeness: 0,
        plain: 0.0,
        colours: 1,
    };
    let taken = PagePicture { page: 1, rect: Rect::default(), picture: picture("a") };
    let blob = taken.picture.blob.clone();
    let (id, document) = store
        .write_blocking(move |w| {
            let (id, document) = (collection(w), document(w));
            w.put_input(id, document, InputRole::Linesheet, NOW)?;
            w.put_page_pictures(document, 1, "key", &[taken])?;
            w.set_removed(document, true, NOW)?;
            Ok((id, document))
        })
        .unwrap();
    let later = Timestamp(i64::MAX);
    assert!(store.write_blocking(move |w| w.purge_trash(later, 10)).unwrap().is_empty());
    store.write_blocking(move |w| w.set_collection_removed(id, true, NOW)).unwrap();
    assert_eq!(store.write_blocking(move |w| w.purge_collections(later)).unwrap(), 1);
    let gone = store.write_blocking(move |w| w.purge_trash(later, 10)).unwrap();
    assert_eq!((gone[0].document, gone[0].blobs.clone()), (document, vec![blob]));
}
