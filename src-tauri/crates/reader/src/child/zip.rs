//! ZIP archives.

use std::io::{BufReader, Read};

use papertray_model::ErrorCode;
use papertray_reader::ReadError;
use papertray_reader::wire::Part;
use zip::ZipArchive;
use zip::result::ZipError;

use super::container::{MOST_BYTES, MOST_PARTS, no_such_part, too_large};
use super::handed::{Handed, HandedReader};

/// The directory of an archive is read whole; one with more entries is no archive of documents.
const MOST_ENTRIES: usize = 100_000;

/// An open archive.
pub(crate) struct Zip {
    archive: ZipArchive<BufReader<HandedReader>>,
    password: Option<Vec<u8>>,
    /// Entry of each part, with the part's name.
    entries: Vec<(usize, String)>,
}

impl Zip {
    pub(crate) fn open(file: &Handed, password: Option<&str>) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(BufReader::new(file.reader())).map_err(|e| broken(&e))?;
        if archive.len() > MOST_ENTRIES {
            return Err(too_many(archive.len()));
        }
        Ok(Self { archive, password: password.map(|p| p.as_bytes().to_vec()), entries: vec![] })
    }

    /// Its files, without what systems put into archives for themselves.
    pub(crate) fn parts(&mut self) -> Result<Vec<Part>, ReadError> {
        let (mut parts, mut encrypted) = (vec![], None);
        for index in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(index).map_err(|e| broken(&e))?;
            let Ok(name) = entry.name().map(std::borrow::Cow::into_owned) else { continue };
            if !entry.is_file() || is_of_the_system(&name) {
                continue;
            }
            if entry.encrypted() {
                encrypted.get_or_insert(index);
            }
            parts.push(Part { name: name.clone(), size: entry.size() });
            self.entries.push((index, name));
        }
        if parts.len() > MOST_PARTS {
            return Err(too_many(parts.len()));
        }
        if let Some(index) = encrypted {
            self.check_password(index)?;
        }
        Ok(parts)
    }

    /// An archive opens with its password or not at all: better asked for once than for each file.
    fn check_password(&mut self, index: usize) -> Result<(), ReadError> {
        let Some(password) = self.password.clone() else {
            return Err(ReadError::new(
                ErrorCode::Encrypted,
                "The files in the archive are locked with a password.",
                "Enter the password.",
            ));
        };
        match self.archive.by_index_decrypt(index, &password) {
            Err(ZipError::InvalidPassword) => Err(ReadError::new(
                ErrorCode::WrongPassword,
                "The password does not open the archive.",
                "Enter another one.",
            )),
            Err(e) => Err(broken(&e)),
            Ok(_) => Ok(()),
        }
    }

    pub(crate) fn bytes(&mut self, index: u32) -> Result<Vec<u8>, ReadError> {
        let (entry, name) = self.entries.get(index as usize).ok_or_else(|| no_such_part(index))?;
        let opened = match &self.password {
            Some(password) => self.archive.by_index_decrypt(*entry, password),
            None => self.archive.by_index(*entry),
        };
        let opened = opened.map_err(|e| broken(&e))?;
        if opened.size() > MOST_BYTES {
            return Err(too_large(name, opened.size()));
        }
        // What the directory says of the size may be a lie.
        let mut bytes = vec![];
        let read = opened.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|_| ReadError::corrupt(format!("`{name}` is damaged in the archive.")))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(too_large(name, bytes.len() as u64));
        }
        Ok(bytes)
    }
}

/// What macOS, Windows and others put into archives for themselves.
fn is_of_the_system(name: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') && !matches!(part, "." | "..");
    name.split('/').any(|part| hidden(part) || part == "__MACOSX")
        || name.ends_with("Thumbs.db")
        || name.ends_with("desktop.ini")
}

fn too_many(count: usize) -> ReadError {
    ReadError::new(
        ErrorCode::TooLarge,
        format!("The archive holds {count} files; at most {MOST_PARTS} are taken out at once."),
        "Unpack it yourself and add what matters.",
    )
}

fn broken(error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => ReadError::new(
            ErrorCode::UnsupportedType,
            format!("The archive is packed in a way that Papertray cannot unpack: {error}."),
            "Unpack it yourself and add what is in it.",
        ),
        _ => ReadError::corrupt(format!("The archive is damaged: {error}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_the_system;

    #[test]
    fn what_a_system_left_is_no_document() {
        for name in ["__MACOSX/a.pdf", ".DS_Store", "x/._a.pdf", "x/Thumbs.db"] {
            assert!(is_of_the_system(name), "{name}");
        }
        for name in ["x/a.b.pdf", "../x.pdf"] {
            assert!(!is_of_the_system(name), "{name}");
        }
    }
}
