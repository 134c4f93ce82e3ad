//! Collections: a linesheet and a purchase order on their way to a sales deck.

use serde::{Deserialize, Serialize};

use crate::{
    BlobHash, CollectionId, DocumentId, DocumentStatus, ItemId, JobId, Progress, Rect, Timestamp, UserError,
    money::Minor,
};

/// What a file is to a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum InputRole {
    /// What the brand offers.
    Linesheet,
    /// What a buyer ordered.
    PurchaseOrder,
}

/// A file of a collection: a document of the library in a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CollectionInput {
    /// The document.
    pub document_id: DocumentId,
    /// What it is here.
    pub role: InputRole,
    /// Its name as a person knows it.
    pub filename: String,
    /// Where the document stands.
    pub status: DocumentStatus,
    /// Pages or sheets, once that is known.
    pub page_count: Option<u32>,
    /// In bytes.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub size: u64,
    /// Why it cannot be used.
    pub error: Option<UserError>,
}

/// What a person says of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct CollectionInfo {
    /// Its name; not empty.
    pub name: String,
    /// Whose collection.
    pub brand: Option<String>,
    /// Such as `AW26` or `Resort 2027`.
    pub season: Option<String>,
    /// ISO 4217; `None`: as the linesheet says.
    pub currency: Option<String>,
    /// Items come from the linesheet alone: no purchase order is asked for.
    pub linesheet_only: bool,
}

/// Which tabs are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Tabs {
    /// Always.
    pub collection_info: bool,
    /// Once there are categories.
    pub deck_settings: bool,
    /// Once there are categories.
    pub collection_items: bool,
    /// Once there are items.
    pub generate_deck: bool,
}

/// Where one of a collection's works stands: reading its documents, making its items, making its deck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum WorkState {
    /// Not asked for yet.
    #[default]
    Idle,
    /// Waits or runs.
    Processing,
    /// Done.
    Completed,
    /// Gave up; `error` says why and what was kept.
    Failed,
    /// A person stopped it.
    Cancelled,
}

/// One of a collection's works.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WorkStatus {
    /// Where it stands.
    pub state: WorkState,
    /// Its job, where there is or was one.
    pub job: Option<JobId>,
    /// The phase it is in or ended in, from 1; 0 before the first.
    pub phase: u32,
    /// How many phases it has.
    pub phases: u32,
    /// The phase's name, such as `Generating categories`.
    pub phase_name: String,
    /// How far it is; `stage` is the phase's name.
    pub progress: Option<Progress>,
    /// Why it failed.
    pub error: Option<UserError>,
    /// The process that ran it ended before it did; it goes on from what is kept.
    pub restarting: bool,
    /// What it was made from has changed since.
    pub out_of_date: bool,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// The phases of `process_collection`, in order.
pub const PROCESS_PHASES: [&str; 6] = [
    "Extracting images from documents",
    "Extracting text with positions",
    "Filtering product images",
    "Generating categories",
    "Extracting structured products",
    "Matching images to products",
];

/// The steps of `generate_items`, in order.
pub const ITEM_STEPS: [&str; 7] = [
    "Fetching purchase order",
    "Parsing purchase order",
    "Identifying columns with AI",
    "Extracting SKU data",
    "Enriching from linesheet",
    "Generating item objects",
    "Saving",
];

/// The steps of `generate_deck`, in order.
pub const DECK_STEPS: [&str; 4] = ["Composing slides", "Preparing pictures", "Writing files", "Saving"];

/// A collection as its card shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CollectionRow {
    /// Its id.
    pub id: CollectionId,
    /// What a person said of it.
    pub info: CollectionInfo,
    /// Products found in its linesheets.
    pub product_count: u32,
    /// Items made.
    pub item_count: u32,
    /// Items in the deck.
    pub included_count: u32,
    /// The first few items' photos.
    pub photos: Vec<BlobHash>,
    /// The work that runs or ended last.
    pub work: WorkStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a person or a job last changed it.
    pub updated_at: Timestamp,
}

/// A collection, opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CollectionDetail {
    /// Its id.
    pub id: CollectionId,
    /// What a person said of it.
    pub info: CollectionInfo,
    /// Its files.
    pub inputs: Vec<CollectionInput>,
    /// Which tabs are open.
    pub tabs: Tabs,
    /// Reading its documents.
    pub processing: WorkStatus,
    /// Making its items.
    pub items: WorkStatus,
    /// Making its deck.
    pub deck: WorkStatus,
    /// In the order of the deck.
    pub categories: Vec<Category>,
    /// Products found.
    pub product_count: u32,
    /// Items made.
    pub item_count: u32,
    /// Items in the deck.
    pub included_count: u32,
    /// The purchase orders, as read.
    pub orders: Vec<Order>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a person or a job last changed it.
    pub updated_at: Timestamp,
}

/// A category of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Its sub-categories, in order.
    pub subcategories: Vec<String>,
    /// Products in it.
    pub product_count: u32,
}

/// Where on a document a picture or a value stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Place {
    /// On a page.
    Page {
        /// From 1.
        page: u32,
        /// In the page's unit.
        #[serde(rename = "box")]
        rect: Rect,
    },
    /// In a cell of a spreadsheet.
    Cell {
        /// The sheet's name.
        sheet: String,
        /// From 0.
        row: u32,
        /// From 0.
        column: u32,
    },
}

/// A value's or picture's source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Source {
    /// The document.
    pub document_id: DocumentId,
    /// Where on it.
    pub place: Place,
}

/// A picture of a linesheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Photo {
    /// The stored picture: a JPEG or PNG, upright, in RGB or gray.
    pub blob: BlobHash,
    /// SHA-256 of the same bytes, as the command line shows it.
    pub sha256: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Where it was found; `None` for one a person chose from a file.
    pub source: Option<Source>,
}

/// What a picture of a linesheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// A product.
    Product,
    /// The brand's mark.
    Logo,
    /// A sample of cloth or colour.
    Swatch,
    /// People or places.
    Lifestyle,
    /// Anything else.
    Decoration,
}

/// A product: one style in one colour, as the linesheet says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Product {
    /// As printed.
    pub style_number: String,
    /// What it is called.
    pub name: Option<String>,
    /// Such as `Women Jackets`.
    pub category: Option<String>,
    /// Under the category.
    pub subcategory: Option<String>,
    /// As printed.
    pub gender: Option<String>,
    /// As printed.
    pub description: Option<String>,
    /// What it is made of.
    pub material: Option<String>,
    /// Where it is made.
    pub origin: Option<String>,
    /// The colour's name.
    pub colour: Option<String>,
    /// The colour's code.
    pub colour_code: Option<String>,
    /// In the order of the linesheet.
    pub sizes: Vec<String>,
    /// Wholesale price.
    pub wholesale: Option<Minor>,
    /// Recommended retail price.
    pub rrp: Option<Minor>,
    /// ISO 4217, of both prices.
    pub currency: Option<String>,
    /// European or universal article numbers by size; the size is empty where one number stands for all.
    pub upcs: Vec<(String, String)>,
    /// Where its style number stands.
    pub source: Option<Source>,
    /// Its picture.
    pub photo: Option<Photo>,
    /// Why that picture, in a few words.
    pub photo_reason: Option<String>,
    /// Other pictures of it.
    pub more_photos: Vec<Photo>,
    /// 0 to 1.
    pub confidence: f32,
}

/// A purchase order as read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Order {
    /// The document; `None` before it is stored.
    pub document_id: Option<DocumentId>,
    /// The order's number.
    pub number: Option<String>,
    /// ISO 8601.
    pub date: Option<String>,
    /// Who ordered.
    pub buyer: Option<String>,
    /// Not before; ISO 8601.
    pub start_ship: Option<String>,
    /// Not after; ISO 8601.
    pub cancel_date: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// What each column means, as decided or as a person said.
    pub columns: Vec<OrderColumn>,
    /// Its lines, one a size where the order splits sizes.
    pub lines: Vec<OrderLine>,
    /// The total units: printed where the order prints them, else the sum.
    pub units: Option<u32>,
    /// The total amount, likewise.
    pub amount: Option<Minor>,
    /// What does not add up.
    pub checks: Vec<OrderCheck>,
}

/// A column of a purchase order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OrderColumn {
    /// Its heading as printed.
    pub heading: String,
    /// What it means: `style_number`, `sku`, `colour`, `size`, `size:M`, `quantity`, `unit_cost` and so on; `None`: not
    /// used.
    pub meaning: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// A person said so; remembered for this buyer.
    pub locked: bool,
    /// The first few values under it.
    pub examples: Vec<String>,
}

/// A line of a purchase order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct OrderLine {
    /// The row it stands in: from 1, as a person counts rows of the sheet, or lines of the table.
    pub row: u32,
    /// As printed, or split off the SKU.
    pub style_number: Option<String>,
    /// As printed.
    pub sku: Option<String>,
    /// As printed.
    pub name: Option<String>,
    /// As printed, or from the colour code where the linesheet knows it.
    pub colour: Option<String>,
    /// As printed, or split off the SKU.
    pub colour_code: Option<String>,
    /// One size.
    pub size: Option<String>,
    /// Sizes the quantity is not split over, as printed.
    pub size_range: Option<String>,
    /// In units; packs are multiplied out.
    pub quantity: Option<u32>,
    /// Price a unit.
    pub unit_cost: Option<Minor>,
    /// Recommended retail price a unit.
    pub retail: Option<Minor>,
    /// Quantity by price, as printed; shared by the sizes of one row in their proportion.
    pub amount: Option<Minor>,
    /// Article number.
    pub upc: Option<String>,
    /// Where it stands.
    pub source: Option<Source>,
}

/// A sum of a purchase order that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OrderCheck {
    /// What, in a sentence.
    pub what: String,
    /// The row, where it is of one.
    pub row: Option<u32>,
}

/// How many of a size were ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SizeQuantity {
    /// The size as the linesheet writes it.
    pub size: String,
    /// In units; `None`: offered, not ordered.
    pub quantity: Option<u32>,
}

/// A key of an item that a person may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ItemKey {
    /// Text.
    Name,
    /// Text.
    Colour,
    /// Text.
    Category,
    /// Text.
    Subcategory,
    /// `XS, S 2, M 4`: a size, with a quantity where one was ordered.
    Sizes,
    /// A decimal number with a point.
    Wholesale,
    /// A decimal number with a point.
    Rrp,
    /// Text.
    Material,
    /// Text.
    Origin,
    /// Text.
    Description,
    /// Text of at most 80 characters.
    SalesTalk,
    /// The hash of a stored picture; empty: none.
    Photo,
    /// `true` or `false`.
    Included,
    /// `true` or `false`.
    Highlighted,
}

/// A person's value beside the machine's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemEdit {
    /// Which value.
    pub key: ItemKey,
    /// What the machine said when the person set it.
    pub before: Option<String>,
    /// What the person said.
    pub mine: String,
    /// What the machine says since, where that is another thing than before.
    pub now: Option<String>,
}

/// An item: a product as a deck shows it, with what was ordered of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Item {
    /// Its id; stays when the items are made again.
    pub id: ItemId,
    /// As the linesheet writes it, or the order where the linesheet has no such product.
    pub style_number: String,
    /// What it is called.
    pub name: Option<String>,
    /// The colour's name.
    pub colour: Option<String>,
    /// The colour's code.
    pub colour_code: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// Under the category.
    pub subcategory: Option<String>,
    /// In the linesheet's order.
    pub sizes: Vec<SizeQuantity>,
    /// Sizes that an ordered quantity is not split over, as printed.
    pub size_range: Option<String>,
    /// Units ordered in all.
    pub units: Option<u32>,
    /// Wholesale price.
    pub wholesale: Option<Minor>,
    /// Recommended retail price.
    pub rrp: Option<Minor>,
    /// ISO 4217, of both prices.
    pub currency: Option<String>,
    /// What it is made of.
    pub material: Option<String>,
    /// Where it is made.
    pub origin: Option<String>,
    /// As the linesheet says.
    pub description: Option<String>,
    /// A person's line about it, of at most 80 characters.
    pub sales_talk: Option<String>,
    /// Its picture.
    pub photo: Option<Photo>,
    /// Other pictures of it.
    pub more_photos: Vec<Photo>,
    /// A line of an order is about it.
    pub matched: bool,
    /// It goes into the deck.
    pub included: bool,
    /// It carries the star.
    pub highlighted: bool,
    /// The price the order pays where that is not the linesheet's.
    pub order_price: Option<Minor>,
    /// Where the linesheet says so.
    pub product_source: Option<Source>,
    /// Where the orders say so.
    pub order_sources: Vec<Source>,
    /// The orders' rows.
    pub order_rows: Vec<u32>,
    /// What a person set.
    pub edits: Vec<ItemEdit>,
}

/// A line of an order that no product answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct UnmatchedLine {
    /// Names it in its collection: the order's document and its first row.
    pub key: String,
    /// The lines of one style and colour, as ordered.
    pub lines: Vec<OrderLine>,
    /// Why none, in a sentence.
    pub why: String,
    /// Products it might be, best first.
    pub candidates: Vec<Candidate>,
    /// What a person said of it.
    pub resolution: Option<Resolution>,
}

/// A product that an unmatched line might be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Candidate {
    /// The product's style number.
    pub style_number: String,
    /// Its colour.
    pub colour: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its photo.
    pub photo: Option<Photo>,
    /// 0 to 1.
    pub score: f32,
}

/// What a person says of an unmatched line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Resolution {
    /// It is this product.
    Product {
        /// The product's style number.
        style_number: String,
        /// The product's colour.
        colour: Option<String>,
    },
    /// An item of its own, without a linesheet's product.
    Own,
    /// Left out.
    Ignored,
}

/// The items of a collection and what stands beside them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemList {
    /// In the deck's order.
    pub items: Vec<Item>,
    /// Lines of orders that no product answers.
    pub unmatched: Vec<UnmatchedLine>,
}
