//! Finds the products in a collection's linesheets: six phases, each kept, so that a run that was interrupted goes on
//! where it was and one that repeats another costs nothing.

use std::sync::Arc;

use papertray_model::{
    ErrorCode, Product, UserError,
    collection::{Category, CollectionInfo, InputRole, PROCESS_PHASES, WorkState},
};
use papertray_store::{Claimed, Work};
use papertray_understand::{
    SCHEMA_VERSION,
    linesheet::{self, CategoryPlan, FoundProduct, PictureFinding, Products, Vocabulary},
};

use super::{
    Failure,
    collecting::{Run, Source, hash_of},
};
use crate::{Shared, collections::inputs_hash};

pub(crate) async fn run(shared: &Shared, job: &Claimed) -> Result<Option<Claimed>, Failure> {
    let run = Run::new(shared, job, Work::Process, &PROCESS_PHASES);
    let id = run.id;
    let (inputs, made_from, tries) = shared.store.read(|r| {
        let tries = r.collection_work(id, Work::Process)?.tries;
        Ok((r.inputs(id)?, inputs_hash(r, id, InputRole::Linesheet)?, tries))
    })?;
    let linesheets: Vec<_> =
        inputs.iter().filter(|(_, role)| *role == InputRole::Linesheet).map(|(id, _)| *id).collect();
    if linesheets.is_empty() {
        return Err(Failure::Error(no_linesheet()));
    }
    run.phase(1).await?;
    run.take_out(1, &inputs, InputRole::Linesheet).await?;
    run.phase(2).await?;
    let sources = run.load(linesheets).await?;
    if !sources.iter().any(Source::says_something) {
        return Err(Failure::Error(nothing_said(&sources)));
    }
    let hash = {
        let sources = Arc::clone(&sources);
        crate::blocking(move || hash_of(&(SCHEMA_VERSION, &*sources))).await?
    };

    run.phase(3).await?;
    let of = Arc::clone(&sources);
    let kinds: Vec<Vec<PictureFinding>> = run
        .kept(3, &hash, move || of.iter().map(|s| linesheet::picture_kinds(&s.as_linesheet())).collect())
        .await?;
    let kinds = Arc::new(kinds);
    if kinds.iter().all(Vec::is_empty) {
        run.note("The linesheets hold no pictures: products will have none until one is chosen.".to_owned())
            .await?;
    }

    run.phase(4).await?;
    let (of, with) = (Arc::clone(&sources), Arc::clone(&kinds));
    // Another try looks by other words.
    let hash = if tries == 0 { hash } else { format!("{hash}/{tries}") };
    let plans: Vec<CategoryPlan> = run.kept(4, &hash, move || plan(&of, &with, tries)).await?;
    let plans = Arc::new(plans);

    run.phase(5).await?;
    let (of, with, by) = (Arc::clone(&sources), Arc::clone(&kinds), Arc::clone(&plans));
    let found: Vec<Products> = run
        .kept(5, &hash, move || {
            let each = of.iter().zip(with.iter()).zip(by.iter());
            each.map(|((source, kinds), plan)| linesheet::products(&source.as_linesheet(), kinds, plan))
                .collect()
        })
        .await?;
    if found.iter().all(|f| f.products.is_empty()) {
        return Err(Failure::Error(no_products(&sources)));
    }

    run.phase(6).await?;
    let (of, with) = (Arc::clone(&sources), Arc::clone(&kinds));
    let found = crate::blocking(move || {
        let mut found = found;
        for ((source, kinds), found) in of.iter().zip(with.iter()).zip(&mut found) {
            linesheet::match_pictures(&source.as_linesheet(), kinds, &mut found.products);
        }
        found
    })
    .await?;
    let products: Vec<Product> =
        found.iter().flat_map(|f| &f.products).map(|p: &FoundProduct| p.product.clone()).collect();
    let categories = categories(&plans, &products);
    let head = CollectionInfo {
        brand: found.iter().find_map(|f| f.brand.clone()),
        season: found.iter().find_map(|f| f.season.clone()),
        currency: found.iter().find_map(|f| f.currency.clone()),
        ..CollectionInfo::default()
    };
    let now = shared.clock.now();
    let result = format!("{{\"products\":{}}}", products.len());
    super::complete(shared, job, Some(result), move |w| {
        w.put_products(id, &products)?;
        w.set_found(id, &head, &categories, now)?;
        w.set_made_from(id, Work::Process, &made_from)?;
        w.end_work(id, Work::Process, WorkState::Completed, None, now)
    })
    .await
}

/// The categories of each linesheet, by the first vocabulary that finds any; `tries` runs failed before.
fn plan(sources: &[Source], kinds: &[Vec<PictureFinding>], tries: u32) -> Vec<CategoryPlan> {
    const ORDER: [Vocabulary; 3] = [Vocabulary::Usual, Vocabulary::Headings, Vocabulary::Names];
    let plan = |source: &Source, kinds: &[PictureFinding]| {
        let input = source.as_linesheet();
        let mut first = None;
        for vocabulary in ORDER.iter().cycle().skip(tries as usize % ORDER.len()).take(ORDER.len()) {
            let plan = linesheet::categories(&input, kinds, *vocabulary);
            if !plan.categories.is_empty() {
                return plan;
            }
            first.get_or_insert(plan);
        }
        first.unwrap_or_default()
    };
    sources.iter().zip(kinds).map(|(source, kinds)| plan(source, kinds)).collect()
}

/// The categories that the products are in, in the order of the linesheets; those without any are left out.
fn categories(plans: &[CategoryPlan], products: &[Product]) -> Vec<Category> {
    const OTHER: &str = "Other";
    let mut out: Vec<Category> = vec![];
    let named = plans.iter().flat_map(|plan| plan.categories.iter().map(|c| (c.name.as_str(), None)));
    let used = products.iter().map(|p| (p.category.as_deref().unwrap_or(OTHER), Some(p)));
    for (name, product) in named.chain(used) {
        let at = out.iter().position(|c| c.name == name).unwrap_or_else(|| {
            out.push(Category { name: name.to_owned(), subcategories: vec![], product_count: 0 });
            out.len() - 1
        });
        let Some(product) = product else { continue };
        let category = &mut out[at];
        category.product_count += 1;
        if let Some(sub) = product.subcategory.as_ref().filter(|s| !category.subcategories.contains(s)) {
            category.subcategories.push(sub.clone());
        }
    }
    out.retain(|c| c.product_count > 0);
    out
}

fn no_linesheet() -> UserError {
    UserError::new(ErrorCode::WrongState, "The collection has no linesheet.", "Add one, then process again.")
}

fn names(sources: &[Source]) -> String {
    sources.iter().map(|s| format!("`{}`", s.filename)).collect::<Vec<_>>().join(", ")
}

fn nothing_said(sources: &[Source]) -> UserError {
    UserError::new(
        ErrorCode::NoPageRead,
        format!("No words were found in {}. The file is kept.", names(sources)),
        "Check that it is the right file; a clearer scan may help.",
    )
}

fn no_products(sources: &[Source]) -> UserError {
    UserError::new(
        ErrorCode::WrongState,
        format!(
            "No products were found in {}: nothing there looks like a style number with a name or a price. The files are kept.",
            names(sources)
        ),
        "Check that the linesheet and the purchase order are not mixed up, then process again.",
    )
}
