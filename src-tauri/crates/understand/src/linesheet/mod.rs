//! Linesheets: what a brand offers, out of pages, pictures and sheets.
//!
//! The phases are those of a collection's work, each a function that takes the results of those before it and gives
//! something that can be kept: [`picture_kinds`], [`categories`], [`products`], [`match_pictures`]; [`read`] runs
//! them all. Layouts are told by geometry, by words and by what values look like, never by whose linesheet it is.

use papertray_model::collection::{Category, PictureKind, Place, Product};
use papertray_model::sheet::{PagePicture, Sheet};
use papertray_model::{DocumentId, PageReading, Rect};
use serde::{Deserialize, Serialize};

/// One linesheet as it was read: pages, or sheets, or both.
#[derive(Clone, Copy, Debug)]
pub struct LinesheetInput<'a> {
    /// The document; sources name it.
    pub document: DocumentId,
    /// Its pages, with words.
    pub pages: &'a [PageReading],
    /// The pictures on its pages.
    pub pictures: &'a [PagePicture],
    /// Its sheets, with the pictures on them.
    pub sheets: &'a [Sheet],
}

/// One of an input's pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum PictureRef {
    /// On a page.
    Page {
        /// Index into [`LinesheetInput::pictures`].
        index: usize,
    },
    /// On a sheet.
    Sheet {
        /// Index into [`LinesheetInput::sheets`].
        sheet: usize,
        /// Index into the sheet's pictures.
        index: usize,
    },
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureFinding {
    /// Which picture.
    pub picture: PictureRef,
    /// What it shows.
    pub kind: PictureKind,
    /// Why, in a few words.
    pub reason: String,
}

/// Which words name categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vocabulary {
    /// Headings that repeat or hold a word for goods; names tell where there are none.
    #[default]
    Usual,
    /// Any heading over products is a category, known word or not.
    Headings,
    /// Names alone tell; headings are not looked at.
    Names,
}

/// A heading that names a category for what follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// The category as printed.
    pub category: String,
    /// Where it stands.
    pub place: Place,
}

/// The categories of a linesheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CategoryPlan {
    /// In the linesheet's order.
    pub categories: Vec<Category>,
    /// Headings found, in reading order.
    pub headings: Vec<Heading>,
    /// By which words.
    pub vocabulary: Vocabulary,
}

/// A product and where it is described.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoundProduct {
    /// The product.
    pub product: Product,
    /// The page of its caption or row, from 1.
    pub page: Option<u32>,
    /// The caption or row, in the page's unit.
    pub area: Option<Rect>,
    /// The words of its colour, where that colour has words of its own.
    pub colour_area: Option<Rect>,
    /// Numbers the caption: products with the same one stand in one caption and may share a picture.
    pub caption: usize,
    /// The sheet (index into the input's) and row it stands in.
    pub cell: Option<(usize, u32)>,
}

/// What a linesheet says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Linesheet {
    /// Its categories.
    pub categories: Vec<Category>,
    /// Its products, each with its picture.
    pub products: Vec<Product>,
    /// What each picture shows.
    pub pictures: Vec<PictureFinding>,
    /// Whose it is.
    pub brand: Option<String>,
    /// Such as `AW26`.
    pub season: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// The products of a linesheet and what stands at its head.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Products {
    /// In reading order.
    pub products: Vec<FoundProduct>,
    /// Whose it is.
    pub brand: Option<String>,
    /// Such as `AW26`.
    pub season: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// Tells product pictures from logos, swatches, lifestyle and decoration. One finding a picture.
pub fn picture_kinds(_input: &LinesheetInput<'_>) -> Vec<PictureFinding> {
    vec![]
}

/// Finds the categories in headings and names.
pub fn categories(
    _input: &LinesheetInput<'_>,
    _kinds: &[PictureFinding],
    vocabulary: Vocabulary,
) -> CategoryPlan {
    CategoryPlan { vocabulary, ..CategoryPlan::default() }
}

/// Reads the products, each with its category.
pub fn products(_input: &LinesheetInput<'_>, _kinds: &[PictureFinding], _plan: &CategoryPlan) -> Products {
    Products::default()
}

/// Gives each product its picture. Changes `photo`, `photo_reason` and `more_photos` only.
pub fn match_pictures(
    _input: &LinesheetInput<'_>,
    _kinds: &[PictureFinding],
    _products: &mut [FoundProduct],
) {
}

/// All phases.
pub fn read(input: &LinesheetInput<'_>, vocabulary: Vocabulary) -> Linesheet {
    let kinds = picture_kinds(input);
    let plan = categories(input, &kinds, vocabulary);
    let mut found = products(input, &kinds, &plan);
    match_pictures(input, &kinds, &mut found.products);
    Linesheet {
        categories: plan.categories,
        products: found.products.into_iter().map(|p| p.product).collect(),
        pictures: kinds,
        brand: found.brand,
        season: found.season,
        currency: found.currency,
    }
}
