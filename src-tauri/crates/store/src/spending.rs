//! Sums over documents: how many came in when, and what accepted drafts add up to. Sums are made of whole cents.

use papertray_model::spending::{Analytics, DayCount, Spend};
use rusqlite::{Row, params};

use crate::{Read, Result};

/// Types whose total is money that was spent.
const SPENT: &str = "d.removed_at IS NULL AND d.accepted = 1 AND d.total IS NOT NULL
  AND d.doc_type IN ('invoice', 'receipt', 'bill')";
const CENTS: &str = "sum(CAST(round(CAST(d.total AS REAL) * 100) AS INTEGER))";

fn row_to_spend(row: &Row<'_>) -> rusqlite::Result<Spend> {
    let cents: i64 = row.get(3)?;
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    Ok(Spend {
        of: row.get(0)?,
        currency: row.get(1)?,
        documents: row.get(2)?,
        total: format!("{sign}{whole}.{rest:02}"),
    })
}

impl Read<'_> {
    /// Sums since `since` (milliseconds since 1970); days are those of a clock that is `minutes_east` of Greenwich. At
    /// most `vendors` vendors.
    pub fn analytics(&self, since: i64, minutes_east: i32, vendors: u32) -> Result<Analytics> {
        let days = self.rows(
            "SELECT date((added_at + ?2 * 60000) / 1000, 'unixepoch') AS day, count(*) FROM document
             WHERE added_at >= ?1 AND removed_at IS NULL GROUP BY day ORDER BY day",
            params![since, minutes_east],
            |row| Ok(DayCount { day: row.get(0)?, documents: row.get(1)? }),
        )?;
        let months = self.rows(
            &format!(
                "SELECT substr(d.date, 1, 7) AS month, coalesce(d.currency, '') AS money, count(*) AS n, {CENTS}
                 FROM document d WHERE {SPENT} AND d.date >= date(?1 / 1000, 'unixepoch')
                 GROUP BY month, money ORDER BY month, n DESC, money"
            ),
            [since],
            row_to_spend,
        )?;
        let vendors = self.rows(
            &format!(
                "SELECT f.value AS vendor, coalesce(d.currency, '') AS money, count(*), {CENTS} AS cents
                 FROM document d JOIN field f ON f.document_id = d.id AND f.page_number = 0 AND f.name = 'vendor'
                 WHERE {SPENT} AND d.date >= date(?1 / 1000, 'unixepoch') AND f.value <> ''
                 GROUP BY vendor, money ORDER BY cents DESC, vendor LIMIT ?2"
            ),
            params![since, vendors],
            row_to_spend,
        )?;
        Ok(Analytics { days, months, vendors })
    }
}
