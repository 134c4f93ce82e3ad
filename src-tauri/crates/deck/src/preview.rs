//! A composed deck as the window lists it.

use papertray_model::deck::{DeckPreview, PreflightNote, SlidePreview};

use crate::slide::Deck;

/// The slides with their keys and hashes: a slide's picture is the same while its hash is.
pub fn preview(deck: &Deck, notes: Vec<PreflightNote>) -> DeckPreview {
    let slides = deck.slides.iter().map(|slide| SlidePreview {
        key: slide.key.clone(),
        title: slide.title.clone(),
        kind: slide.kind,
        items: slide.items.clone(),
        hidden: slide.hidden,
        hash: slide.hash.clone(),
        spots: slide.spots.clone(),
    });
    DeckPreview { width: deck.width, height: deck.height, slides: slides.collect(), notes }
}
