//! What can be chosen about a deck: files, looks, values, words.

use serde::{Deserialize, Serialize};

use crate::BlobHash;

/// A file a deck is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DeckFormat {
    /// PowerPoint, to edit.
    Pptx,
    /// To send and to print.
    Pdf,
    /// The linesheet as a workbook.
    Xlsx,
    /// The items' pictures in a ZIP.
    Images,
}

impl DeckFormat {
    /// All, in the order a person is offered them.
    pub const ALL: [Self; 4] = [Self::Pptx, Self::Pdf, Self::Xlsx, Self::Images];

    /// The file's extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pptx => "pptx",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Images => "zip",
        }
    }
}

/// Who a deck is for; sets fields and prices at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DeckPreset {
    /// For buyers: wholesale and retail prices.
    #[default]
    SellIn,
    /// For anyone: retail prices only, and no wholesale price anywhere in the files.
    CustomerSafe,
    /// For people in shops: no wholesale price; material, description and sales talk.
    StoreTraining,
    /// For the buying team: units and totals.
    InternalBuy,
}

/// How a deck looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DeckTheme {
    /// White, thin, much air.
    #[default]
    Quiet,
    /// Dark, with a serif.
    Editorial,
    /// Bold type on a ruled grid.
    Grid,
}

/// A slide's paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SlideFormat {
    /// 16:9, 13.333 × 7.5 inches: today's screens.
    #[default]
    Wide,
    /// 4:3, 10 × 7.5 inches: older projectors.
    Standard,
    /// 297 × 210 mm.
    A4,
    /// 210 × 297 mm.
    A4Portrait,
    /// 11 × 8.5 inches.
    Letter,
    /// 8.5 × 11 inches.
    LetterPortrait,
}

impl SlideFormat {
    /// Width and height in points.
    pub fn size(self) -> (f32, f32) {
        match self {
            Self::Wide => (960.0, 540.0),
            Self::Standard => (720.0, 540.0),
            Self::A4 => (841.89, 595.28),
            Self::A4Portrait => (595.28, 841.89),
            Self::Letter => (792.0, 612.0),
            Self::LetterPortrait => (612.0, 792.0),
        }
    }
}

/// How many products a slide shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PerSlide {
    /// One, large, with its other pictures.
    One,
    /// Two.
    Two,
    /// Three.
    Three,
    /// Four.
    #[default]
    Four,
    /// Six.
    Six,
    /// Nine.
    Nine,
    /// Rows of a table with small pictures.
    Table,
}

/// Which of an item's values a slide shows; a value that an item does not have takes no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeckFields {
    /// What it is called.
    pub name: bool,
    /// Its style number.
    pub style_number: bool,
    /// Its colour, with the code.
    pub colour: bool,
    /// Its sizes.
    pub sizes: bool,
    /// What it is made of.
    pub material: bool,
    /// Where it is made.
    pub origin: bool,
    /// Its description.
    pub description: bool,
    /// A person's line about it.
    pub sales_talk: bool,
    /// Units ordered, by size where that is known.
    pub units: bool,
    /// Its other pictures, where the layout has room for them.
    pub more_photos: bool,
}

impl Default for DeckFields {
    fn default() -> Self {
        Self {
            name: true,
            style_number: true,
            colour: true,
            sizes: true,
            material: true,
            origin: true,
            description: false,
            sales_talk: true,
            units: false,
            more_photos: true,
        }
    }
}

/// Which prices a deck shows. The other ones stand nowhere in its files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PriceDisplay {
    /// None.
    None,
    /// Wholesale.
    Wholesale,
    /// Recommended retail.
    Rrp,
    /// Wholesale and recommended retail.
    #[default]
    Both,
    /// Both, and the retail price over the wholesale price as a factor, such as `2.5×`.
    Margin,
}

impl PriceDisplay {
    /// Wholesale prices, or amounts made of them, may be seen.
    pub fn wholesale(self) -> bool {
        matches!(self, Self::Wholesale | Self::Both | Self::Margin)
    }

    /// Retail prices may be seen.
    pub fn rrp(self) -> bool {
        matches!(self, Self::Rrp | Self::Both | Self::Margin)
    }
}

/// Which slides a deck has. A slide with nothing to say is left out whatever stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeckSlides {
    /// The first one.
    pub cover: bool,
    /// The categories and where they begin.
    pub index: bool,
    /// From `texts.brand_introduction`.
    pub brand_introduction: bool,
    /// From `texts.brand_history`.
    pub brand_history: bool,
    /// From `texts.brand_values`.
    pub brand_values: bool,
    /// From `texts.brand_personality`.
    pub brand_personality: bool,
    /// From `texts.flagship_stores`.
    pub flagship_stores: bool,
    /// From `texts.collection_introduction`.
    pub collection_introduction: bool,
    /// From `texts.core_collection`, with the categories' first pictures.
    pub core_collection: bool,
    /// One before each category.
    pub dividers: bool,
    /// Units and value by category and by delivery.
    pub order_summary: bool,
    /// Every item with its units by size.
    pub order_table: bool,
    /// From `texts.terms` and `texts.contact`.
    pub terms: bool,
}

impl Default for DeckSlides {
    fn default() -> Self {
        Self {
            cover: true,
            index: true,
            brand_introduction: true,
            brand_history: true,
            brand_values: true,
            brand_personality: true,
            flagship_stores: true,
            collection_introduction: true,
            core_collection: true,
            dividers: true,
            order_summary: false,
            order_table: false,
            terms: true,
        }
    }
}

/// The brand's colours, fonts and mark; what is not set comes from the theme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct BrandLook {
    /// Headings and rules: six hexadecimal digits after `#`, as all colours here.
    pub primary: Option<String>,
    /// The star, and what wants to be seen first.
    pub accent: Option<String>,
    /// The paper.
    pub background: Option<String>,
    /// Running text.
    pub text: Option<String>,
    /// A font of [`DECK_FONTS`].
    pub heading_font: Option<String>,
    /// A font of [`DECK_FONTS`].
    pub body_font: Option<String>,
    /// The stored picture of the mark: JPEG or PNG.
    pub logo: Option<BlobHash>,
}

/// The fonts a deck may be set in: those that PowerPoint has everywhere and that have free twins of the same widths,
/// which the PDF carries.
pub const DECK_FONTS: [&str; 5] = ["Arial", "Calibri", "Cambria", "Georgia", "Times New Roman"];

/// The language of a deck's own words; what the linesheet says stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DeckLanguage {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
    /// German.
    De,
    /// Italian.
    It,
    /// Spanish.
    Es,
    /// Chinese.
    Zh,
    /// Japanese.
    Ja,
}

/// How numbers are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// As is usual in the deck's language.
    #[default]
    Language,
    /// `1,234.50`
    Comma,
    /// `1.234,50`
    Point,
    /// `1 234,50`
    Space,
    /// `1'234.50`
    Apostrophe,
}

/// How a currency is named beside an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CurrencyMark {
    /// `€120.00`, where the currency has a sign of its own.
    #[default]
    Symbol,
    /// `EUR 120.00`.
    Code,
}

/// How amounts are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct MoneyFormat {
    /// ISO 4217, for items that name none; amounts are never converted. `None`: the collection's.
    pub currency: Option<String>,
    /// How the currency is named.
    pub mark: CurrencyMark,
    /// How numbers are grouped.
    pub number: NumberFormat,
    /// Whole amounts are written without digits after the point.
    pub hide_zero_cents: bool,
}

/// What stands together on slides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Items of one category and sub-category share slides.
    #[default]
    Subcategory,
    /// Items of one category share slides.
    Category,
    /// All items follow each other.
    None,
}

/// The order of items in their group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DeckSort {
    /// As the items stand in the collection.
    #[default]
    Manual,
    /// By style number, numbers by value.
    StyleNumber,
    /// By name.
    Name,
    /// By the first shown price, lowest first.
    Price,
    /// By the order's first shipping day.
    Delivery,
    /// As the purchase order's rows.
    Order,
    /// Most units first.
    Units,
}

/// How a picture fills its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ImageFit {
    /// All of it is seen.
    #[default]
    Contain,
    /// It fills the frame; what is too much is cropped.
    Crop,
    /// Its plain border is cropped, then all of the rest is seen.
    TrimWhite,
}

/// A deck's own texts; a person wrote every one of them. A blank line parts paragraphs, a line that begins with `- ` is
/// a point of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeckTexts {
    /// The cover's title; empty: the brand, or the collection's name.
    pub title: String,
    /// Under the title.
    pub tagline: String,
    /// Who the brand is.
    pub brand_introduction: String,
    /// Where it comes from.
    pub brand_history: String,
    /// What it stands for.
    pub brand_values: String,
    /// How it speaks.
    pub brand_personality: String,
    /// Where to see it.
    pub flagship_stores: String,
    /// The collection's story, colours, prints, silhouettes.
    pub collection_introduction: String,
    /// Core collection and signature categories.
    pub core_collection: String,
    /// Terms of sale.
    pub terms: String,
    /// Whom to ask.
    pub contact: String,
}
