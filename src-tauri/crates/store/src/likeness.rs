//! Tables `likeness` and `different`: which documents may be one and the same paper.
//!
//! A signature of a document's words is 18 least hashes (MinHash), in six bands of three: of two papers that share eight
//! tenths of their words, 99 of 100 pairs share a band; of two that share three tenths, 15 of 100. Words with digits speak
//! alone where there are enough of them: letters of one sender are alike in all others.

use std::collections::{BTreeSet, HashSet};

use papertray_model::DocumentId;
use rusqlite::params;

use crate::{
    Read, Result, Write,
    rows::{damaged, parsed},
};

const BANDS: usize = 6;
const ROWS: usize = 3;
/// So many words with digits speak for themselves.
const ENOUGH_NUMBERS: usize = 12;
/// A document with fewer words is like any other.
const ENOUGH_WORDS: usize = 15;
/// A form that is used more often is no duplicate.
const MOST_ALIKE: u32 = 40;
/// Values that name one paper together.
const NAMING: [&str; 3] = ["vendor", "number", "total"];

/// Two documents that may be one paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaybeTwins {
    /// The one that was added first.
    pub one: DocumentId,
    /// The other one.
    pub other: DocumentId,
    /// Whether vendor, number and total are the same.
    pub same_number: bool,
}

/// The words of a document that tell it from others.
pub fn telling_words(folded: &[String]) -> HashSet<&str> {
    let long = |word: &&String| word.chars().count() > 2;
    let has_digit = |word: &&String| word.bytes().any(|b| b.is_ascii_digit());
    let numbers: HashSet<&str> = folded.iter().filter(long).filter(has_digit).map(String::as_str).collect();
    if numbers.len() >= ENOUGH_NUMBERS {
        return numbers;
    }
    folded.iter().filter(long).map(String::as_str).collect()
}

/// FNV-1a: the same on every computer and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// The finish of SplitMix64 (Steele, Lea, Flood 2014): spreads every bit over all others.
fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A hash for each band; none for a document that says too little.
fn bands(folded: &[String]) -> Vec<u64> {
    let words = telling_words(folded);
    if words.len() < ENOUGH_NUMBERS.min(ENOUGH_WORDS) {
        return vec![];
    }
    let hashes: Vec<u64> = words.into_iter().map(hash).collect();
    let least = |seed: usize| {
        let seed = mixed(seed as u64 + 1);
        hashes.iter().map(|hash| mixed(hash ^ seed)).min().unwrap_or_default()
    };
    (0..BANDS).map(|band| (0..ROWS).fold(0, |all, row| mixed(all ^ least(band * ROWS + row)))).collect()
}

impl Read<'_> {
    /// Documents that share a hash, each pair once; those in the trash, versions of one another and those that a person
    /// called different left out.
    pub fn maybe_twins(&self) -> Result<Vec<MaybeTwins>> {
        let sql = "SELECT l.band, l.hash, l.document_id FROM likeness l
                   JOIN (SELECT band, hash FROM likeness GROUP BY band, hash
                         HAVING count(*) BETWEEN 2 AND ?1) s ON s.band = l.band AND s.hash = l.hash
                   JOIN document d ON d.id = l.document_id AND d.removed_at IS NULL AND d.version_group IS NULL
                   ORDER BY l.band, l.hash, l.document_id";
        let rows = self.rows(sql, [MOST_ALIKE], |row| {
            let id: DocumentId = parsed(row, 2)?.ok_or_else(|| damaged(2, "NULL"))?;
            Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?, id))
        })?;
        let different: HashSet<(DocumentId, DocumentId)> = self
            .rows("SELECT one, other FROM different", [], |row| {
                let id = |column| parsed(row, column)?.ok_or_else(|| damaged(column, "NULL"));
                Ok((id(0)?, id(1)?))
            })?
            .into_iter()
            .collect();
        let mut pairs: BTreeSet<MaybeTwins> = BTreeSet::new();
        for alike in rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            for (at, (band, _, one)) in alike.iter().enumerate() {
                for (_, _, other) in &alike[at + 1..] {
                    if different.contains(&(*one, *other)) {
                        continue;
                    }
                    let pair = |same_number| MaybeTwins { one: *one, other: *other, same_number };
                    // Band 0 comes first, so what it says stays.
                    if *band == 0 || !pairs.contains(&pair(true)) {
                        pairs.insert(pair(*band == 0));
                    }
                }
            }
        }
        Ok(pairs.into_iter().collect())
    }

    /// What a document says, folded: the words of its pages.
    pub fn folded_text(&self, id: DocumentId) -> Result<Vec<String>> {
        let sql = "SELECT text FROM page_layout WHERE document_id = ?1 ORDER BY page_number";
        let pages = self.rows(sql, [id.to_string()], |row| row.get::<_, String>(0))?;
        Ok(pages.iter().flat_map(|page| crate::fold(page)).collect())
    }

    fn named_by(&self, id: DocumentId) -> Result<Option<u64>> {
        let mut whole = vec![];
        for name in NAMING {
            let sql = "SELECT value FROM field WHERE document_id = ?1 AND page_number = 0 AND name = ?2";
            let value: Option<String> = self.first(sql, params![id.to_string(), name], |row| row.get(0))?;
            let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
            whole.push(crate::fold(&value).concat());
        }
        Ok(Some(hash(&whole.join("|"))))
    }
}

impl Write<'_> {
    /// Notes what a document is like; `folded`: the words of its pages.
    pub(crate) fn note_likeness(&self, id: DocumentId, folded: &[String]) -> Result<()> {
        self.run("DELETE FROM likeness WHERE document_id = ?1", [id.to_string()])?;
        let named = self.named_by(id)?.map(|hash| (0, hash));
        for (band, hash) in named.into_iter().chain((1..).zip(bands(folded))) {
            self.run_one(
                "note likeness",
                "INSERT INTO likeness(document_id, band, hash) VALUES (?1, ?2, ?3)",
                params![id.to_string(), band, hash.cast_signed()],
            )?;
        }
        Ok(())
    }

    /// A person says whether two documents are different papers.
    pub fn set_different(&self, one: DocumentId, other: DocumentId, different: bool) -> Result<()> {
        let (one, other) = if one.to_string() < other.to_string() { (one, other) } else { (other, one) };
        let sql = if different {
            "INSERT OR IGNORE INTO different(one, other) VALUES (?1, ?2)"
        } else {
            "DELETE FROM different WHERE one = ?1 AND other = ?2"
        };
        self.run(sql, params![one.to_string(), other.to_string()]).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(from: u32, words: u32) -> Vec<String> {
        (from..from + words).map(|n| format!("word{n}")).collect()
    }

    fn shared(a: &[String], b: &[String]) -> usize {
        bands(a).iter().zip(bands(b)).filter(|(x, y)| **x == *y).count()
    }

    #[test]
    fn nearly_the_same_words_share_a_band_and_others_do_not() {
        let scan = paper(0, 100);
        assert_eq!(shared(&scan, &scan), BANDS);
        assert!(shared(&scan, &paper(4, 100)) > 0, "a few words read otherwise");
        assert_eq!(shared(&scan, &paper(80, 100)), 0, "a fifth in common");
        assert_eq!(bands(&paper(0, 5)), [] as [u64; 0], "too little to tell");
    }

    #[test]
    fn numbers_speak_where_there_are_enough() {
        let mut letter: Vec<String> = ["dear", "customer", "thank", "you"].map(str::to_owned).to_vec();
        assert!(telling_words(&letter).contains("customer"));
        letter.extend((0..ENOUGH_NUMBERS).map(|n| format!("{n}00")));
        assert!(!telling_words(&letter).contains("customer"));
    }
}
