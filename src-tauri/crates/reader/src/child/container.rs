//! Files that hold other files: ZIP archives and mails. What they hold is handed out piece by piece; nothing is written
//! anywhere here. As documents they are the page that says what is in them.

use papertray_model::ErrorCode;
use papertray_reader::wire::{Part, PartBytes};
use papertray_reader::{FileKind, ReadError};

use super::handed::Handed;
use super::mail::Mail;
use super::text::TextFile;
use super::zip::Zip;

/// A part is at most this large.
pub(crate) const MOST_BYTES: u64 = 256 << 20;
/// Of more parts nobody drops one by one.
pub(crate) const MOST_PARTS: usize = 1000;
/// Bytes of a part travel in pieces of this size.
const PIECE: usize = 8 << 20;

/// An open archive or mail.
pub(crate) struct Container {
    holds: Holds,
    parts: Vec<Part>,
    pub(crate) page: TextFile,
    /// The part that is being handed out.
    open: Option<(u32, Vec<u8>)>,
}

enum Holds {
    Zip(Zip),
    Mail(Mail),
}

impl Container {
    pub(crate) fn open(
        file: &Handed,
        kind: FileKind,
        name: Option<&str>,
        password: Option<&str>,
    ) -> Result<Self, ReadError> {
        let (holds, parts, text) = if kind == FileKind::Mail {
            let mail = Mail::open(file)?;
            let (parts, text) = (mail.parts(), mail.text());
            (Holds::Mail(mail), parts, text)
        } else {
            let mut zip = Zip::open(file, password)?;
            let parts = zip.parts()?;
            let text = contents(name, &parts);
            (Holds::Zip(zip), parts, text)
        };
        Ok(Self { holds, parts, page: TextFile::of(&text), open: None })
    }

    /// What is in it, in its order.
    pub(crate) fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }

    /// The bytes of a part from `offset` on, as many as travel at once.
    pub(crate) fn part(&mut self, index: u32, offset: u64) -> Result<PartBytes, ReadError> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != index) {
            self.open = None; // two at once would be twice the memory
            let bytes = match &mut self.holds {
                Holds::Zip(zip) => zip.bytes(index)?,
                Holds::Mail(mail) => mail.bytes(index)?,
            };
            self.open = Some((index, bytes));
        }
        let bytes = self.open.as_ref().map_or(&[][..], |(_, bytes)| bytes);
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let to = from.saturating_add(PIECE).min(bytes.len());
        let piece = PartBytes { bytes: bytes[from..to].to_vec(), last: to == bytes.len() };
        if piece.last {
            self.open = None;
        }
        Ok(piece)
    }
}

/// The page that an archive is: its name, and a line a file.
fn contents(name: Option<&str>, parts: &[Part]) -> String {
    let title = name.map(|name| name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    let mut lines = vec![title.unwrap_or("Archive"), ""];
    lines.extend(parts.iter().map(|part| part.name.as_str()));
    lines.join("\n")
}

pub(crate) fn too_large(name: &str, size: u64) -> ReadError {
    ReadError::new(
        ErrorCode::TooLarge,
        format!("`{name}` has {} MB; files in archives and mails may have {}.", size >> 20, MOST_BYTES >> 20),
        "Take it out yourself and add it.",
    )
}

pub(crate) fn no_such_part(index: u32) -> ReadError {
    ReadError::internal(format!("There is no part {index}."))
}
