//! Rows that a workbook (XLSX) hides, which calamine does not tell: a look at the tags of each sheet, without keeping them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use zip::ZipArchive;

use super::handed::Handed;

/// So many rows of a sheet may be hidden; more are a sheet that is not for people.
const MOST_ROWS: usize = 100_000;
/// A tag longer than this is none.
const LONGEST_TAG: usize = 64 << 10;

/// The hidden rows of each sheet by its name, from 0, in order. What cannot be told is shown.
pub(crate) fn rows(file: &Handed) -> HashMap<String, Vec<u32>> {
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file.reader())) else { return HashMap::new() };
    let mut targets = HashMap::new();
    each_tag(&mut archive, "xl/_rels/workbook.xml.rels", &mut |name, tag| {
        if name == "Relationship"
            && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
        {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    });
    let mut sheets: Vec<(String, String)> = vec![];
    each_tag(&mut archive, "xl/workbook.xml", &mut |name, tag| {
        if name == "sheet"
            && let (Some(name), Some(id)) = (attribute(tag, "name"), attribute(tag, "r:id"))
            && let Some(path) = targets.get(&id)
        {
            sheets.push((name, path.clone()));
        }
    });
    let mut hidden = HashMap::new();
    for (sheet, path) in sheets {
        let (mut rows, mut at) = (vec![], 0_u32);
        each_tag(&mut archive, &path, &mut |name, tag| {
            if name != "row" {
                return;
            }
            at = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(at.saturating_add(1));
            let hides = attribute(tag, "hidden").is_some_and(|h| h == "1" || h == "true");
            if hides && at > 0 && rows.len() < MOST_ROWS {
                rows.push(at - 1);
            }
        });
        rows.sort_unstable();
        if !rows.is_empty() {
            hidden.insert(sheet, rows);
        }
    }
    hidden
}

/// Calls `each` with the local name and the text of every opening tag of a part.
fn each_tag<R: Read + std::io::Seek>(
    archive: &mut ZipArchive<R>,
    path: &str,
    each: &mut dyn FnMut(&str, &str),
) {
    let Ok(part) = archive.by_name(path) else { return };
    let mut part = BufReader::new(part);
    let mut bytes = vec![];
    loop {
        bytes.clear();
        match (&mut part).take(LONGEST_TAG as u64).read_until(b'>', &mut bytes) {
            Ok(1..) => {}
            _ => return,
        }
        let Some(from) = bytes.iter().rposition(|b| *b == b'<') else { continue };
        let Ok(tag) = std::str::from_utf8(&bytes[from + 1..]) else { continue };
        let name =
            tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
        each(name.rsplit(':').next().unwrap_or_default(), tag);
    }
}

/// A tag's attribute; its few escapes undone.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let own = rest[..at].ends_with(char::is_whitespace);
        rest = &rest[at + name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| own) else { continue };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = value[1..].split(quote).next()?;
        let plain =
            value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
        return Some(plain.replace("&amp;", "&"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_by_their_whole_name() {
        let tag = r#"row r="12" spans="1:3" customHidden="0" hidden='1' x="a&amp;b">"#;
        assert_eq!(attribute(tag, "r").as_deref(), Some("12"));
        assert_eq!(attribute(tag, "hidden").as_deref(), Some("1"));
        assert_eq!(attribute(tag, "x").as_deref(), Some("a&b"));
        assert_eq!(attribute(tag, "missing"), None);
    }
}
