//! Linesheets: what a brand offers, out of pages, pictures and sheets.
//!
//! The phases are those of a collection's work, each a function that takes the results of those before it and gives
//! something that can be kept: [`picture_kinds`], [`categories`], [`products`], [`match_pictures`]; [`read`] runs
//! them all. Layouts are told by geometry, by words and by what values look like, never by whose linesheet it is.

mod blocks;
mod caption;
mod category;
mod columns;
mod head;
mod merge;
mod pairing;
mod pictures;
mod scan;
mod table;
#[cfg(test)]
mod tests;
mod turned;

use std::collections::HashSet;

use papertray_model::collection::{Category, PictureKind, Place, Product};
use papertray_model::sheet::{PagePicture, Sheet};
use papertray_model::{DocumentId, PageReading, Rect};
use serde::{Deserialize, Serialize};

use crate::goods::style;

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
    /// Other places that speak of it: page, area and caption.
    pub elsewhere: Vec<(u32, Rect, usize)>,
    /// Numbers the caption: products with the same one stand in one caption and may share a picture.
    pub caption: usize,
    /// The sheet (index into the input's) and row it stands in.
    pub cell: Option<(usize, u32)>,
}

impl FoundProduct {
    /// Where on pages it is spoken of: page, area and caption.
    fn places(&self) -> impl Iterator<Item = (u32, Rect, usize)> + '_ {
        let own = self.page.zip(self.area).map(|(page, area)| (page, area, self.caption));
        own.into_iter().chain(self.elsewhere.iter().copied())
    }
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

/// What the phases share: all of a linesheet but its pictures' kinds and owners.
struct Draft {
    scans: Vec<scan::Scan>,
    headings: Vec<Heading>,
    products: Products,
}

/// `kinds`: what pictures show, where that is known; only photos part captions.
fn draft(input: &LinesheetInput<'_>, kinds: &[PictureFinding], vocabulary: Vocabulary) -> Draft {
    let scans = scan::pages(input.pages, input.pictures);
    let page_texts = scans.iter().flat_map(|s| &s.pieces).map(|p| p.text.as_str());
    let sheet_texts = input.sheets.iter().flat_map(|s| &s.cells).take(20_000).map(|c| c.text.as_str());
    let (mark, currency) = head::money_of(page_texts.chain(sheet_texts));
    let mut context = caption::Context { mark, currency, shapes: HashSet::new() };
    let marked = category::headings(&scans, vocabulary);
    let headings_at: HashSet<(u32, usize)> = marked
        .iter()
        .filter_map(|(h, n)| if let Place::Page { page, .. } = h.place { Some((page, *n)) } else { None })
        .collect();
    let (mut products, mut taken) = table::on_pages(&scans, &headings_at, input.document, &context);
    taken.extend(&headings_at);
    let of_tables: HashSet<String> = products.iter().map(|p| style::shape(&p.product.style_number)).collect();
    let other = |index: usize| {
        kinds.iter().any(|k| k.picture == PictureRef::Page { index } && k.kind != PictureKind::Product)
    };
    let photos: Vec<&PagePicture> =
        input.pictures.iter().enumerate().filter(|(i, _)| !other(*i)).map(|(_, p)| p).collect();
    let (captions, shapes) = blocks::captions(&scans, &photos, &taken, &of_tables);
    context.shapes = shapes;
    let rows = products.len();
    for (n, product) in products.iter_mut().enumerate() {
        product.caption = n + 1;
    }
    for (n, caption) in captions.iter().enumerate() {
        let area = Rect::around(caption.pieces.iter().map(|p| &p.rect));
        let place = Place::Page { page: caption.page, rect: caption.style_rect };
        for mut found in caption::read(caption, &context).products(input.document, place, &context) {
            found.area = area;
            found.caption = rows + n + 1;
            products.push(found);
        }
    }
    let (mut of_sheets, sheet_headings) = table::on_sheets(input.sheets, input.document, &context);
    let before = rows + captions.len();
    for (n, product) in of_sheets.iter_mut().enumerate() {
        product.caption = before + n + 1;
    }
    products.extend(of_sheets);
    products = merge::same(products);
    products.sort_by(|a, b| merge::order(a).total_cmp(&merge::order(b)));
    let mut headings: Vec<Heading> = marked.into_iter().map(|(h, _)| h).collect();
    if vocabulary != Vocabulary::Names {
        headings.extend(sheet_headings);
    }
    category::assign(&mut products, &headings, vocabulary);
    let found = Products {
        products,
        brand: head::brand_of(&scans, input.sheets),
        season: head::season_of(&scans, input.sheets),
        currency: context.currency,
    };
    Draft { scans, headings, products: found }
}

/// Tells product pictures from logos, swatches, lifestyle and decoration. One finding a picture.
pub fn picture_kinds(input: &LinesheetInput<'_>) -> Vec<PictureFinding> {
    pictures::kinds(input, &draft(input, &[], Vocabulary::Usual).products.products)
}

/// Finds the categories in headings and names.
pub fn categories(
    input: &LinesheetInput<'_>,
    kinds: &[PictureFinding],
    vocabulary: Vocabulary,
) -> CategoryPlan {
    plan(&draft(input, kinds, vocabulary), vocabulary)
}

fn plan(draft: &Draft, vocabulary: Vocabulary) -> CategoryPlan {
    CategoryPlan {
        categories: category::list(&draft.products.products),
        headings: draft.headings.clone(),
        vocabulary,
    }
}

/// Reads the products, each with its category.
pub fn products(input: &LinesheetInput<'_>, kinds: &[PictureFinding], plan: &CategoryPlan) -> Products {
    draft(input, kinds, plan.vocabulary).products
}

/// Gives each product its picture. Changes `photo`, `photo_reason` and `more_photos` only.
pub fn match_pictures(input: &LinesheetInput<'_>, kinds: &[PictureFinding], products: &mut [FoundProduct]) {
    pairing::pair(input, kinds, &scan::pages(input.pages, input.pictures), products);
}

/// All phases.
pub fn read(input: &LinesheetInput<'_>, vocabulary: Vocabulary) -> Linesheet {
    let kinds = picture_kinds(input);
    let mut draft = draft(input, &kinds, vocabulary);
    let plan = plan(&draft, vocabulary);
    pairing::pair(input, &kinds, &draft.scans, &mut draft.products.products);
    let found = draft.products;
    Linesheet {
        categories: plan.categories,
        products: found.products.into_iter().map(|p| p.product).collect(),
        pictures: kinds,
        brand: found.brand,
        season: found.season,
        currency: found.currency,
    }
}
