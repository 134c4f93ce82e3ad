//! Columns that hold more than SQLite's own types: ids, words of a closed list, JSON.

use std::str::FromStr;

use rusqlite::{Row, types::Type};
use serde::{Serialize, de::DeserializeOwned};

/// A text column that reads as `T`; `None` for NULL.
pub(crate) fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    row.get::<_, Option<String>>(column)?
        .map(|text| text.parse().map_err(|_| damaged(column, &text)))
        .transpose()
}

/// A text column that names one of a closed list.
pub(crate) fn word<T>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| damaged(column, &text))
}

/// A JSON column.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| damaged(column, &text))
}

/// A JSON column that may be NULL.
pub(crate) fn json_or_null<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| damaged(column, &text))).transpose()
}

/// What a word-like value is in JSON, without its quotes.
pub(crate) fn json_word<T: Serialize>(value: &T) -> crate::Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Ok(other.to_string()),
    }
}

/// The value whose JSON is `word` in quotes.
pub(crate) fn from_json_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

pub(crate) fn damaged(column: usize, value: &str) -> rusqlite::Error {
    let short: String = value.chars().take(80).collect();
    rusqlite::Error::FromSqlConversionFailure(
        column,
        Type::Text,
        format!("unexpected value `{short}`").into(),
    )
}
