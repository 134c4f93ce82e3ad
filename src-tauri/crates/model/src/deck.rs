//! The sales deck of a collection: what a person sets, what its preview shows, and its kept versions.

use serde::{Deserialize, Serialize};

use crate::{BlobHash, ItemId, Rect, Timestamp, collection::ItemKey};

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

/// Everything that is set about a deck. A missing setting has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DeckSettings {
    /// Who it is for. `CustomerSafe` holds whatever else is set: no wholesale price is written.
    pub preset: DeckPreset,
    /// How it looks.
    pub theme: DeckTheme,
    /// Its paper.
    pub format: SlideFormat,
    /// Products a slide.
    pub per_slide: PerSlide,
    /// Which values.
    pub fields: DeckFields,
    /// Which prices.
    pub prices: PriceDisplay,
    /// Which slides.
    pub slides: DeckSlides,
    /// Colours, fonts, mark.
    pub look: BrandLook,
    /// Language of its own words.
    pub language: DeckLanguage,
    /// How amounts are written.
    pub money: MoneyFormat,
    /// The day the prices are of, ISO 8601; shown in the footer.
    pub price_date: Option<String>,
    /// What stands together.
    pub grouping: Grouping,
    /// The order of items.
    pub sort: DeckSort,
    /// The keys of slides that are left out.
    pub hidden: Vec<String>,
    /// At the foot of every slide.
    pub footer: String,
    /// Slides are numbered.
    pub page_numbers: bool,
    /// Such as `Confidential`; at the foot of every slide. Empty: none.
    pub confidentiality: String,
    /// Speaker notes are written.
    pub notes: bool,
    /// How pictures fill their frames.
    pub image_fit: ImageFit,
    /// The files' name, without an extension; `{brand}`, `{season}`, `{name}`, `{deck}` and `{date}` stand for what
    /// they say.
    pub file_name: String,
    /// Its texts.
    pub texts: DeckTexts,
}

impl Default for DeckSettings {
    fn default() -> Self {
        Self {
            preset: DeckPreset::SellIn,
            theme: DeckTheme::Quiet,
            format: SlideFormat::Wide,
            per_slide: PerSlide::Four,
            fields: DeckFields::default(),
            prices: PriceDisplay::Both,
            slides: DeckSlides::default(),
            look: BrandLook::default(),
            language: DeckLanguage::En,
            money: MoneyFormat::default(),
            price_date: None,
            grouping: Grouping::Subcategory,
            sort: DeckSort::Manual,
            hidden: Vec::new(),
            footer: String::new(),
            page_numbers: true,
            confidentiality: String::new(),
            notes: true,
            image_fit: ImageFit::Contain,
            file_name: "{brand}_{season}_{deck}_{date}".into(),
            texts: DeckTexts::default(),
        }
    }
}

impl DeckSettings {
    /// For buyers.
    pub fn sell_in() -> Self {
        Self::default().with_preset(DeckPreset::SellIn)
    }

    /// For anyone.
    pub fn customer_safe() -> Self {
        Self::default().with_preset(DeckPreset::CustomerSafe)
    }

    /// For people in shops.
    pub fn store_training() -> Self {
        Self::default().with_preset(DeckPreset::StoreTraining)
    }

    /// For the buying team.
    pub fn internal_buy() -> Self {
        Self::default().with_preset(DeckPreset::InternalBuy)
    }

    /// These settings with fields, prices and order slides as `preset` has them; the rest stays.
    #[must_use]
    pub fn with_preset(mut self, preset: DeckPreset) -> Self {
        let buy = preset == DeckPreset::InternalBuy;
        let training = preset == DeckPreset::StoreTraining;
        self.preset = preset;
        self.prices = match preset {
            DeckPreset::SellIn => PriceDisplay::Both,
            DeckPreset::CustomerSafe | DeckPreset::StoreTraining => PriceDisplay::Rrp,
            DeckPreset::InternalBuy => PriceDisplay::Margin,
        };
        self.fields = DeckFields {
            material: !buy,
            origin: !buy,
            description: training,
            sales_talk: !buy,
            units: buy,
            ..DeckFields::default()
        };
        self.slides.order_summary = buy;
        self.slides.order_table = buy;
        self
    }

    /// The prices that are written: what is set, without wholesale for a deck that anyone may see.
    pub fn shown_prices(&self) -> PriceDisplay {
        match self.preset {
            DeckPreset::SellIn | DeckPreset::InternalBuy => self.prices,
            DeckPreset::CustomerSafe | DeckPreset::StoreTraining if self.prices.rrp() => PriceDisplay::Rrp,
            DeckPreset::CustomerSafe | DeckPreset::StoreTraining => PriceDisplay::None,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_an_older_library_have_defaults() {
        let settings: DeckSettings =
            serde_json::from_str(r#"{"theme":"grid","fields":{"name":false}}"#).unwrap();
        assert_eq!(settings.theme, DeckTheme::Grid);
        assert!(!settings.fields.name && settings.fields.sizes);
        assert_eq!(settings.file_name, DeckSettings::default().file_name);
    }

    #[test]
    fn a_deck_for_anyone_shows_no_wholesale_whatever_is_set() {
        for prices in [PriceDisplay::None, PriceDisplay::Wholesale, PriceDisplay::Both, PriceDisplay::Margin]
        {
            let settings = DeckSettings { prices, ..DeckSettings::customer_safe() };
            assert!(!settings.shown_prices().wholesale(), "{prices:?}");
        }
        assert!(DeckSettings::sell_in().shown_prices().wholesale());
    }
}
