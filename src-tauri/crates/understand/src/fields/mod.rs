//! The fields of a page whose type is known: every rule offers candidates, the surest of each field stays.

mod address;
pub(crate) mod amounts;
mod coded;
pub(crate) mod identifiers;
pub(crate) mod names;
pub(crate) mod party;
pub(crate) mod scalar;

use std::collections::BTreeMap;

use papertray_model::{Field, Fields};

use crate::SCHEMA_VERSION;
use crate::doctype::Kind;
use crate::einvoice;
use crate::plan;
use crate::scene::{Candidate, Scene};

/// All fields that the page proves.
pub(crate) fn extract(scene: &Scene<'_>) -> Fields {
    if scene.spec.name == "plan" {
        return choose(plan::fields(scene.layout));
    }
    let mut found = scalar::all(scene);
    found.extend(amounts::all(scene));
    found.extend(party::all(scene));
    found.extend(coded::all(scene));
    found.extend(einvoice::all(scene));
    if let Some(candidate) = currency(scene) {
        found.push(("currency".into(), candidate));
    }
    let wanted =
        |name: &String| scene.spec.fields.iter().any(|f| f.name == *name) || EXTRA.contains(&name.as_str());
    found.retain(|(name, candidate)| !name.starts_with('_') && wanted(name) && candidate.confidence >= 0.3);
    found.extend(address::of_vendor(scene, &found).map(|c| ("vendor_address".to_owned(), c)));
    let mut fields = choose(found);
    crate::checks::weigh(&mut fields);
    fields
}

/// Fields that rules give without a label of their own.
pub(crate) const EXTRA: [&str; 7] = [
    "vendor_address",
    "buyer_tax_id",
    "supplier_name",
    "recipient_name",
    "transporter_name",
    "currency",
    "qr",
];

fn choose(found: Vec<(String, Candidate)>) -> Fields {
    let mut best: BTreeMap<String, Candidate> = BTreeMap::new();
    for (name, candidate) in found.into_iter().filter(|(_, c)| !c.value.trim().is_empty()) {
        match best.get(&name) {
            Some(known) if known.confidence >= candidate.confidence => {}
            _ => {
                best.insert(name, candidate);
            }
        }
    }
    best.into_iter().map(|(name, c)| (name, field(c))).collect()
}

/// A field as it is handed out.
pub(crate) fn field(candidate: Candidate) -> Field {
    Field {
        value: candidate.value,
        text: candidate.text,
        bbox: candidate.bbox,
        page: Some(candidate.page),
        confidence: (candidate.confidence.clamp(0.0, 0.99) * 1000.0).round() / 1000.0,
        by: format!("rules@{SCHEMA_VERSION}"),
    }
}

/// The currency: after its label, or that of most amounts. Only where the type has money at all.
fn currency(scene: &Scene<'_>) -> Option<Candidate> {
    let has_money = scene.spec.fields.iter().any(|f| f.kind == Kind::Currency);
    if !has_money {
        return None;
    }
    for hit in scene.hits_of("currency") {
        let mut places = vec![scene.right(hit)];
        places.extend(scene.below(hit, 2.2).into_iter().take(1));
        for range in places {
            for at in range.clone().take(2) {
                if let Some(mention) = crate::currency::word(&scene.layout.tokens[at].text) {
                    let confidence = if mention.shared { 0.8 } else { 0.97 };
                    return Some(scene.candidate(mention.code.to_owned(), at..at + 1, confidence));
                }
            }
        }
    }
    let (code, confidence) = scene.evidence.currency?;
    // Where it stands: the first amount or word that shows it.
    let shown = scene
        .amounts
        .iter()
        .find(|a| a.value.currency.is_some_and(|m| m.code == code))
        .map(|a| a.range.clone());
    let shown = shown.or_else(|| {
        let at = scene
            .layout
            .tokens
            .iter()
            .position(|t| crate::currency::word(&t.text).is_some_and(|m| m.code == code))?;
        Some(at..at + 1)
    });
    Some(match shown {
        Some(range) => scene.candidate(code.to_owned(), range, confidence),
        None => Candidate {
            value: code.to_owned(),
            text: String::new(),
            bbox: None,
            page: scene.layout.page,
            confidence,
        },
    })
}
