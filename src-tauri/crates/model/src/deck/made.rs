//! What comes of a deck: its slides as previewed, notes on it, its kept versions.

use serde::{Deserialize, Serialize};

use super::{DeckFormat, DeckPreset};
use crate::{BlobHash, ItemId, Rect, Timestamp, collection::ItemKey};

/// What a slide is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SlideKind {
    /// The first one.
    Cover,
    /// Categories and where they begin.
    Index,
    /// A text of the person's.
    Text,
    /// A category begins.
    Divider,
    /// Products.
    Products,
    /// Units and value.
    Summary,
    /// Every item with its units.
    OrderTable,
    /// Terms and contact.
    Terms,
}

/// A place on a slide that says a value of an item: click it, and its source opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Spot {
    /// Where, in points from the slide's top left.
    #[serde(rename = "box")]
    pub rect: Rect,
    /// The item.
    pub item: ItemId,
    /// Which value; `None`: the style number, or the item as a whole.
    pub key: Option<ItemKey>,
}

/// A slide as the preview lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SlidePreview {
    /// Names it in its deck; stays while the slide shows the same thing. `hidden` in the settings holds such keys.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub kind: SlideKind,
    /// The items on it, in order.
    pub items: Vec<ItemId>,
    /// A person left it out; it is listed at its place, and not in the files.
    pub hidden: bool,
    /// Of everything drawn on it: its picture is the same while this is.
    pub hash: String,
    /// What can be clicked on it, in the order of reading.
    pub spots: Vec<Spot>,
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NoteSeverity {
    /// Good to know.
    Info,
    /// The deck can go out, but something of it is not as it should be.
    Warning,
    /// The deck should not go out like this.
    Error,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NoteCode {
    /// A wholesale price stands in a deck that must not have one.
    WholesaleLeft,
    /// No item goes into the deck.
    NoItems,
    /// An item has no category.
    MissingCategory,
    /// An item has no picture, or its picture cannot be read.
    MissingPicture,
    /// An item lacks a price that the deck shows.
    MissingPrice,
    /// The wholesale price is higher than the retail price, or their ratio is unusual.
    OddPrice,
    /// Items of several currencies stand in one deck.
    MixedCurrencies,
    /// Two items have the same style number and colour, or the same picture.
    Duplicate,
    /// A text was made smaller than the theme has it.
    TextShrunk,
    /// A text was cut, because it does not fit at its smallest size.
    TextCut,
    /// A picture has too few pixels for its place.
    LowResolution,
    /// A font is not there; another one stands in for it.
    FontSubstituted,
    /// A sign that no font at hand can draw.
    MissingGlyph,
    /// A text for a slide that is switched on is empty: the slide is left out.
    EmptyText,
}

/// Something to know before a deck is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreflightNote {
    /// What it is about.
    pub code: NoteCode,
    /// How much it matters.
    pub severity: NoteSeverity,
    /// In a sentence.
    pub sentence: String,
    /// The items it is about.
    pub items: Vec<ItemId>,
    /// The first slide it is seen on.
    pub slide: Option<String>,
}

/// A deck as its preview shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeckPreview {
    /// A slide's width in points.
    pub width: f32,
    /// A slide's height in points.
    pub height: f32,
    /// In order.
    pub slides: Vec<SlidePreview>,
    /// What to know before it is sent, worst first.
    pub notes: Vec<PreflightNote>,
}

/// A file of a kept deck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeckFile {
    /// What it is.
    pub format: DeckFormat,
    /// As it is saved.
    pub file_name: String,
    /// In bytes.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub size: u64,
    /// The stored bytes.
    pub blob: BlobHash,
}

/// A deck that was made and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeckVersion {
    /// From 1, in the order they were made.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who it was for.
    pub preset: DeckPreset,
    /// Slides in it.
    pub slide_count: u32,
    /// Items in it.
    pub item_count: u32,
    /// Its files.
    pub files: Vec<DeckFile>,
    /// Items or settings have changed since.
    pub out_of_date: bool,
    /// What differs from the version before, in sentences; empty for the first.
    pub changes: Vec<String>,
    /// What was known when it was made, worst first.
    pub notes: Vec<PreflightNote>,
}
