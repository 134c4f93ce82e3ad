//! The items' pictures as a ZIP: each once under its item's number, as the library has it.

use std::collections::HashSet;
use std::io::{Cursor, Write as _};

use papertray_model::collection::Item;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::photo::Photos;

/// The ZIP could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the ZIP of pictures could not be written: {0}")]
pub struct Error(#[from] zip::result::ZipError);

/// Writes the pictures of the included items, named `style number_colour_1`, as ordering platforms ask for them. Same
/// input, same bytes. A picture that is gone is left out.
pub fn zip(items: &[Item], photos: Photos<'_>) -> Result<Vec<u8>, Error> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut taken = HashSet::new();
    for item in items.iter().filter(|i| i.included) {
        let colour = item.colour_code.as_deref().or(item.colour.as_deref()).unwrap_or_default();
        let stem = [plain(&item.style_number), plain(colour)].into_iter().filter(|p| !p.is_empty());
        let stem = stem.collect::<Vec<_>>().join("_");
        for (index, photo) in item.photo.iter().chain(&item.more_photos).enumerate() {
            let Some(bytes) = photos(&photo.blob) else { continue };
            let extension = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpg" };
            let name = (1..=u32::MAX)
                .map(|again| match again {
                    1 => format!("{stem}_{}.{extension}", index + 1),
                    _ => format!("{stem}_{}_{again}.{extension}", index + 1),
                })
                // Some file systems do not tell capitals apart.
                .find(|name| taken.insert(name.to_lowercase()));
            let Some(name) = name else { continue };
            zip.start_file(name, options)?;
            zip.write_all(&bytes).map_err(zip::result::ZipError::from)?;
        }
    }
    Ok(zip.finish()?.into_inner())
}

/// Text that every file system takes as a part of a name.
fn plain(text: &str) -> String {
    let sign = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '.') { c } else { '-' };
    let name: String = text.trim().chars().map(sign).take(60).collect();
    name.trim_matches(['-', '.']).to_owned()
}

/// The file name of a deck without its extension: the pattern with what stands in braces filled in. `date` is ISO 8601.
pub fn file_name(
    pattern: &str,
    info: &papertray_model::collection::CollectionInfo,
    deck: &str,
    date: &str,
) -> String {
    let brand = info.brand.as_deref().unwrap_or_default();
    let season = info.season.as_deref().unwrap_or_default();
    let filled = [
        ("{brand}", brand),
        ("{season}", season),
        ("{name}", &info.name),
        ("{deck}", deck),
        ("{date}", date),
    ]
    .into_iter()
    .fold(pattern.to_owned(), |text, (mark, value)| text.replace(mark, &plain(value)));
    let parts: Vec<String> = filled.split('_').map(plain).filter(|p| !p.is_empty()).collect();
    if parts.is_empty() { "deck".into() } else { parts.join("_") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use papertray_model::collection::CollectionInfo;

    #[test]
    fn a_file_name_names_no_path() {
        let info = CollectionInfo {
            name: "..".into(),
            brand: Some("A/B\\C: \u{0}é".into()),
            ..CollectionInfo::default()
        };
        let name = file_name("{brand}_{season}_{deck}_{date}", &info, "Sell-in", "2026-11-22");
        assert_eq!(name, "A-B-C---é_Sell-in_2026-11-22");
        assert_eq!(file_name("{name}", &info, "", ""), "deck");
    }
}
