//! Makes a collection's deck of its items, in four steps, and keeps it as a version.

use std::{io::Cursor, sync::Arc};

use papertray_deck::{Deck, Fonts, Pictures, compose, images, pdf, pptx, preflight, xlsx};
use papertray_model::{
    BlobHash, ErrorCode, UserError,
    collection::{DECK_STEPS, WorkState},
    deck::{DeckFile, DeckFormat, DeckVersion},
};
use papertray_store::{Blobs, Claimed, KeptSlide, StoredDeck, Work};

use super::{Failure, collecting::Run};
use crate::{
    Shared,
    collections::{DeckParts, Formats, deck_hash, file_stem},
    errors,
};

pub(crate) async fn run(shared: &Shared, job: &Claimed) -> Result<Option<Claimed>, Failure> {
    let run = Run::new(shared, job, Work::Deck, &DECK_STEPS);
    let id = run.id;
    run.phase(1).await?;
    let asked: Formats =
        job.payload.as_deref().and_then(|p| serde_json::from_str(p).ok()).unwrap_or_default();
    let (parts, made_from, before) =
        shared.store.read(|r| Ok((DeckParts::of(r, id)?, deck_hash(r, id)?, r.decks(id)?)))?;
    let (blobs, fonts) = (shared.store.blobs().clone(), shared.decks.fonts());
    let (parts, deck, fonts) = crate::blocking(move || {
        let parts = parts.with_pictures(&blobs);
        let deck = compose(&parts.input(), &fonts);
        (Arc::new(parts), Arc::new(deck), fonts)
    })
    .await?;

    if let Some(refused) = leaks(&parts, &deck) {
        return Err(refused.into());
    }

    run.phase(2).await?;
    let (blobs, of) = (shared.store.blobs().clone(), Arc::clone(&deck));
    let pictures = crate::blocking(move || Pictures::prepare(&of, &|hash| photo(&blobs, hash))).await?;
    let pictures = Arc::new(pictures);

    run.phase(3).await?;
    let stem = file_stem(&parts, today(shared));
    let mut files = vec![];
    let total = asked.formats.len() as u32;
    for (n, format) in (0_u32..).zip(asked.formats) {
        run.at(3, n, total).await?;
        let (blobs, parts, deck) = (shared.store.blobs().clone(), Arc::clone(&parts), Arc::clone(&deck));
        let (fonts, pictures, stem) = (Arc::clone(&fonts), Arc::clone(&pictures), stem.clone());
        let file = crate::blocking(move || {
            let bytes = written(format, &parts, &deck, &fonts, &pictures, &blobs)?;
            let stored =
                blobs.store_reader(Cursor::new(&bytes), |_| Ok(()), |_| Ok(())).map_err(errors::store)?;
            let file_name = format!("{stem}.{}", format.extension());
            Ok::<_, UserError>(DeckFile { format, file_name, size: bytes.len() as u64, blob: stored.hash })
        })
        .await??;
        files.push(file);
    }

    run.phase(4).await?;
    let blobs = shared.store.blobs().clone();
    let (of, drawn) = (Arc::clone(&parts), Arc::clone(&deck));
    let notes = crate::blocking(move || of.notes(&drawn, &fonts, &blobs)).await?;
    let slides: Vec<KeptSlide> = deck.shown().map(|(_, slide)| kept(slide)).collect();
    let now = shared.clock.now();
    let last = before.first();
    let version = DeckVersion {
        version: last.map_or(1, |deck| deck.version.version + 1),
        created_at: now,
        preset: parts.settings.preset,
        slide_count: slides.len() as u32,
        item_count: parts.items.iter().filter(|item| item.included).count() as u32,
        files,
        out_of_date: false,
        changes: last.map(|last| changes(&last.slides, &slides)).unwrap_or_default(),
        notes,
    };
    let result = format!("{{\"version\":{}}}", version.version);
    super::complete(shared, job, Some(result), move |w| {
        w.put_deck(id, &StoredDeck { version, made_from: made_from.clone(), slides })?;
        w.set_made_from(id, Work::Deck, &made_from)?;
        w.end_work(id, Work::Deck, WorkState::Completed, None, now)
    })
    .await
}

/// Why the deck is not made: a person's words say what the buyer pays, in a deck that must not.
fn leaks(parts: &DeckParts, deck: &Deck) -> Option<UserError> {
    if parts.settings.keep_prices_in_texts {
        return None;
    }
    let found = preflight::wholesale_left(&parts.input(), deck);
    let slides: Vec<&str> = found
        .iter()
        .filter_map(|note| deck.slides.iter().find(|s| Some(&s.key) == note.slide.as_ref()))
        .map(|slide| slide.title.as_str())
        .filter(|title| !title.is_empty())
        .collect();
    let (named, count) =
        (slides.first().map(|s| format!(" on the slide `{s}`")).unwrap_or_default(), found.len());
    (count > 0).then(|| {
        UserError::new(
            ErrorCode::WrongState,
            format!("The deck was not made: it shows no wholesale prices, but a text of yours says one{named}."),
            "Take the price out of the text or the notes, or say in the checks that it may stay, and make the deck again.",
        )
    })
}

fn today(shared: &Shared) -> jiff::civil::Date {
    let now = jiff::Timestamp::from_millisecond(shared.clock.now().0).unwrap_or_default();
    now.to_zoned(jiff::tz::TimeZone::system()).date()
}

fn photo(blobs: &Blobs, hash: &BlobHash) -> Option<Vec<u8>> {
    fs_err::read(blobs.path(hash)).ok()
}

fn written(
    format: DeckFormat,
    parts: &DeckParts,
    deck: &Deck,
    fonts: &Fonts,
    pictures: &Pictures,
    blobs: &Blobs,
) -> Result<Vec<u8>, UserError> {
    let failed = |e: &dyn std::fmt::Display| errors::internal(&e);
    match format {
        DeckFormat::Pptx => pptx::write(deck, pictures).map_err(|e| failed(&e)),
        DeckFormat::Pdf => pdf::write(deck, fonts, pictures).map_err(|e| failed(&e)),
        DeckFormat::Xlsx => xlsx::write(&parts.input()).map_err(|e| failed(&e)),
        DeckFormat::Images => images::zip(&parts.items, &|hash| photo(blobs, hash)).map_err(|e| failed(&e)),
    }
}

fn kept(slide: &papertray_deck::Slide) -> KeptSlide {
    KeptSlide { key: slide.key.clone(), title: slide.title.clone(), hash: slide.hash.clone() }
}

/// What differs between two decks, in sentences.
fn changes(before: &[KeptSlide], now: &[KeptSlide]) -> Vec<String> {
    let find = |list: &[KeptSlide], key: &str| list.iter().find(|s| s.key == key).map(|s| s.hash.clone());
    let name =
        |slide: &KeptSlide| if slide.title.is_empty() { slide.key.clone() } else { slide.title.clone() };
    let listed = |what: &str, slides: Vec<String>| match slides.as_slice() {
        [] => None,
        [one] => Some(format!("1 slide {what}: {one}.")),
        many => Some(format!("{} slides {what}: {}.", many.len(), many.join(", "))),
    };
    let new = now.iter().filter(|s| find(before, &s.key).is_none()).map(name).collect();
    let gone = before.iter().filter(|s| find(now, &s.key).is_none()).map(name).collect();
    let changed =
        now.iter().filter(|s| find(before, &s.key).is_some_and(|hash| hash != s.hash)).map(name).collect();
    [listed("new", new), listed("gone", gone), listed("changed", changed)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_said_by_slide() {
        let slide =
            |key: &str, hash: &str| KeptSlide { key: key.into(), title: key.into(), hash: hash.into() };
        let before = [slide("a", "1"), slide("b", "1"), slide("c", "1")];
        let now = [slide("a", "1"), slide("b", "2"), slide("d", "1"), slide("e", "1")];
        let said = changes(&before, &now);
        assert_eq!(said, ["2 slides new: d, e.", "1 slide gone: c.", "1 slide changed: b."]);
        assert!(changes(&before, &before).is_empty());
    }
}
