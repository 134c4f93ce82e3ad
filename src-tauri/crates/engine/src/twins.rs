//! Documents that may be one paper: found, shown, decided about by a person. Nothing here is removed by itself.

use std::collections::{HashMap, HashSet};

use papertray_model::{DocumentId, Twins, TwinsWhy};
use papertray_store::{MaybeTwins, Read, telling_words};

use crate::{Engine, Result, blocking, errors};

/// Pairs that share less of their telling words are two papers.
const ALIKE: f32 = 0.75;
/// Nobody looks through more.
const MOST_PAIRS: usize = 200;
/// So many pairs are looked at closely, those with the same number first.
const MOST_LOOKED_AT: usize = 4000;

impl Engine {
    /// Pairs of documents that may be one paper, the likest first, at most 200.
    pub async fn twins(&self) -> Result<Vec<Twins>> {
        let engine = self.clone();
        blocking(move || {
            let found = engine.shared.store.read(find).map_err(errors::store)?;
            let mut twins = vec![];
            for (pair, why, likeness) in found {
                // One that went to the trash meanwhile is no twin.
                if let (Ok(one), Ok(other)) = (engine.document(pair.one), engine.document(pair.other)) {
                    twins.push(Twins { one, other, why, likeness });
                }
            }
            Ok(twins)
        })
        .await?
    }

    /// A person says whether two documents are different papers: different ones are not shown as twins again.
    pub async fn set_different(&self, one: DocumentId, other: DocumentId, different: bool) -> Result<()> {
        let write = self.shared.store.write(move |w| {
            for id in [one, other] {
                if !w.has_document(id)? {
                    return Err(papertray_store::StoreError::NotFound("document"));
                }
            }
            w.set_different(one, other, different)
        });
        write.await.map_err(errors::store)
    }
}

fn find(r: &Read<'_>) -> papertray_store::Result<Vec<(MaybeTwins, TwinsWhy, f32)>> {
    let mut pairs = r.maybe_twins()?;
    pairs.sort_by_key(|pair| (!pair.same_number, std::cmp::Reverse(pair.other.to_string())));
    pairs.truncate(MOST_LOOKED_AT);
    let mut texts: HashMap<DocumentId, Vec<String>> = HashMap::new();
    let mut found = vec![];
    for pair in pairs {
        for id in [pair.one, pair.other] {
            if let std::collections::hash_map::Entry::Vacant(place) = texts.entry(id) {
                place.insert(r.folded_text(id)?);
            }
        }
        let words = |id| texts.get(&id).map(|text| telling_words(text)).unwrap_or_default();
        let likeness = shared(&words(pair.one), &words(pair.other));
        let file = |id| Ok::<_, papertray_store::StoreError>(r.document_file(id)?.and_then(|(hash, _)| hash));
        let (one, other) = (file(pair.one)?, file(pair.other)?);
        let why = if one.is_some() && one == other && likeness >= ALIKE {
            TwinsWhy::SameFile
        } else if pair.same_number && one != other {
            TwinsWhy::SameNumber
        } else if likeness >= ALIKE {
            TwinsWhy::SameWords
        } else {
            continue;
        };
        found.push((pair, why, likeness));
    }
    found.sort_by(|(_, _, a), (_, _, b)| b.total_cmp(a));
    found.truncate(MOST_PAIRS);
    Ok(found)
}

/// What two sets of words share, of all their words: 0 to 1.
fn shared(a: &HashSet<&str>, b: &HashSet<&str>) -> f32 {
    let both = a.intersection(b).count();
    let all = a.len() + b.len() - both;
    if all == 0 { 0.0 } else { both as f32 / all as f32 }
}
