//! Makes a collection's items of its products and orders, in seven steps. What a person set stays.

use std::sync::Arc;

use papertray_model::{
    DocumentId, ErrorCode, Order, UserError,
    collection::{ITEM_STEPS, InputRole, OrderCheck, WorkState},
};
use papertray_store::{Claimed, Work};

use super::{
    Failure,
    collecting::{Run, Source},
};
use crate::{
    Shared,
    collections::{OrderWords, items_hash, make, read_order},
};

pub(crate) async fn run(shared: &Shared, job: &Claimed) -> Result<Option<Claimed>, Failure> {
    let run = Run::new(shared, job, Work::Items, &ITEM_STEPS);
    let id = run.id;
    run.phase(1).await?;
    let (inputs, stored, products, made_from) = shared
        .store
        .read(|r| Ok((r.inputs(id)?, r.require_collection(id)?, r.products(id)?, items_hash(r, id)?)))?;
    if products.is_empty() {
        return Err(Failure::Error(UserError::new(
            ErrorCode::WrongState,
            "The collection has no products yet.",
            "Process its documents first.",
        )));
    }
    let orders: Vec<_> = inputs.into_iter().filter(|(_, role)| *role == InputRole::PurchaseOrder).collect();
    let linesheet_only = stored.info.linesheet_only;
    if orders.is_empty() && !linesheet_only {
        return Err(Failure::Error(UserError::new(
            ErrorCode::WrongState,
            "The collection has no purchase order.",
            "Add one, or switch on \"Linesheet only\", then generate the items again.",
        )));
    }
    run.take_out(1, &orders, InputRole::PurchaseOrder).await?;

    run.phase(2).await?;
    let documents: Vec<DocumentId> = orders.iter().map(|(document, _)| *document).collect();
    let sources = run.load(documents).await?;
    if let Some(silent) = sources.iter().find(|source| !source.says_something()) {
        return Err(Failure::Error(UserError::new(
            ErrorCode::NoPageRead,
            format!(
                "The purchase order `{}` is empty: no words and no cells were found in it.",
                silent.filename
            ),
            "Check that it is the right file, or replace it.",
        )));
    }

    run.phase(3).await?;
    let words = shared.store.read(|r| OrderWords::of(r, id, &sources))?;
    let products = Arc::new(products);
    let (of, known) = (Arc::clone(&sources), Arc::clone(&products));
    let store = shared.store.clone();
    let mut read: Vec<Order> = crate::blocking(move || {
        of.iter()
            .zip(words)
            .map(|(source, words)| read_order(&store, source, &known, &words))
            .collect::<Vec<_>>()
    })
    .await?;

    run.phase(4).await?;
    mark_strangers(&mut read, &sources, &products);
    let (job_id, token, kept) = (job.id, job.token.clone(), read.clone());
    shared
        .store
        .write(move |w| {
            w.holds(job_id, &token)?;
            for order in &kept {
                if let Some(document) = order.document_id {
                    w.put_order(id, document, order)?;
                }
            }
            Ok(())
        })
        .await?;
    if !linesheet_only && read.iter().all(|order| order.lines.is_empty()) {
        let names = sources.iter().map(|s| format!("`{}`", s.filename)).collect::<Vec<_>>().join(", ");
        return Err(Failure::Error(UserError::new(
            ErrorCode::WrongState,
            format!(
                "No ordered lines were found in {names}: no row has a style and a quantity. The files are kept."
            ),
            "Check what its columns mean, or replace the file, then generate the items again.",
        )));
    }

    run.phase(5).await?;
    let store = shared.store.clone();
    let made = crate::blocking(move || make(&store, id, &products, &read)).await??;
    run.phase(6).await?;
    let count = made.items.len();
    run.phase(7).await?;
    let now = shared.clock.now();
    super::complete(shared, job, Some(format!("{{\"items\":{count}}}")), move |w| {
        w.put_items(id, &made.items, now)?;
        w.put_unmatched_lines(id, &made.unmatched)?;
        w.set_made_from(id, Work::Items, &made_from)?;
        w.end_work(id, Work::Items, WorkState::Completed, None, now)
    })
    .await
}

/// Says of an order none of whose styles the linesheet has that it may be another brand's.
fn mark_strangers(orders: &mut [Order], sources: &[Source], products: &[papertray_model::Product]) {
    let folded = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>()
    };
    let known: Vec<String> =
        products.iter().map(|p| folded(&p.style_number)).filter(|s| !s.is_empty()).collect();
    for (order, source) in orders.iter_mut().zip(sources) {
        let about_known = order.lines.iter().any(|line| {
            let words = [&line.style_number, &line.sku].into_iter().flatten().map(|text| folded(text));
            let mut words = words.filter(|word| !word.is_empty());
            words.any(|word| known.iter().any(|style| word.starts_with(style.as_str())))
        });
        if !order.lines.is_empty() && !about_known {
            let what = format!(
                "None of the styles in `{}` is in the linesheet: it may be an order for another brand.",
                source.filename
            );
            order.checks.insert(0, OrderCheck { what, row: None });
        }
    }
}
