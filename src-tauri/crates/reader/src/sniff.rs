//! What a file is, by its first bytes. Safe in the parent: at most [`SNIFFED`] bytes are looked at, nothing is
//! decoded. A file's name decides nothing; only for text, which has no signature, does it name the flavour.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// How many bytes are looked at.
const SNIFFED: u64 = 8192;

/// Which reader reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// A PDF.
    Pdf,
    /// A picture; TIFF may hold several.
    Picture,
    /// Text, Markdown, CSV as text.
    Text,
    /// A workbook of spreadsheets: XLSX, XLSB, XLS, ODS. Some pages a sheet.
    Workbook,
    /// A ZIP archive: a page that lists its files, and the files.
    Archive,
    /// A mail: a page of what was written, and what was attached.
    Mail,
}

impl FileKind {
    /// Whether other files are in it.
    pub fn holds_files(self) -> bool {
        matches!(self, Self::Archive | Self::Mail)
    }

    /// Whether its content is, or may be, cells: [`crate::OpenDocument::sheet`] reads them.
    pub fn has_cells(self) -> bool {
        matches!(self, Self::Workbook | Self::Text)
    }
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sniffed {
    /// By content: `application/pdf`; empty files are `application/x-empty`.
    pub mime_type: String,
    /// Which reader reads it; `None`: Papertray does not.
    pub kind: Option<FileKind>,
    /// What a person calls it: `a ZIP archive`.
    pub what: &'static str,
}

impl Sniffed {
    fn new(mime_type: &str, kind: Option<FileKind>, what: &'static str) -> Self {
        Self { mime_type: mime_type.into(), kind, what }
    }
}

/// Looks at a file's first bytes.
pub fn sniff(path: &Path) -> io::Result<Sniffed> {
    let mut head = Vec::with_capacity(SNIFFED as usize);
    File::open(path)?.take(SNIFFED).read_to_end(&mut head)?;
    Ok(sniff_bytes(&head, path.file_name().and_then(|n| n.to_str())))
}

/// The same for bytes in hand; `head` is the file's beginning.
pub fn sniff_bytes(head: &[u8], file_name: Option<&str>) -> Sniffed {
    use FileKind::{Archive, Mail, Pdf, Picture, Text, Workbook};
    if head.is_empty() {
        return Sniffed::new("application/x-empty", None, "empty");
    }
    for (mime, what, matches) in PICTURES {
        if matches(head) {
            return Sniffed::new(mime, Some(Picture), what);
        }
    }
    // PDF readers accept the header anywhere in the first 1024 bytes; an archive that packs nothing shows that of a file
    // in it.
    let packed = head.starts_with(b"PK\x03\x04") || is_mail(head);
    if !packed && head[..head.len().min(1024 + 5)].windows(5).any(|w| w == b"%PDF-") {
        return Sniffed::new("application/pdf", Some(Pdf), "a PDF");
    }
    if let Some(kind) = infer::get(head) {
        let mime = kind.mime_type();
        // Text is told below; `infer` takes any text that begins with "BM" for a picture.
        if !mime.starts_with("text/") && mime != "image/bmp" {
            let what = if mime == "application/zip" { name_of_zip(head) } else { name_of(mime) };
            let kind = match what {
                A_ZIP => Some(Archive),
                // Which of them it is stands deeper in the file: opening it tells.
                WORKBOOK | AN_OFFICE_FILE | AN_OLDER_OFFICE_FILE | A_CALC_SHEET => Some(Workbook),
                _ => None,
            };
            return Sniffed::new(mime, kind, what);
        }
    }
    if is_mail(head) {
        return Sniffed::new("message/rfc822", Some(Mail), "a mail");
    }
    if is_text(head) {
        return Sniffed::new(text_mime(file_name), Some(Text), "text");
    }
    Sniffed::new("application/octet-stream", None, "of an unknown binary kind")
}

const A_ZIP: &str = "a ZIP archive";
const WORKBOOK: &str = "an Excel workbook";
const AN_OFFICE_FILE: &str = "an Office file (XLSX, DOCX or PPTX)";
const AN_OLDER_OFFICE_FILE: &str = "an older Office file (XLS, DOC or PPT)";
const A_CALC_SHEET: &str = "an OpenDocument spreadsheet";

type Signature = (&'static str, &'static str, fn(&[u8]) -> bool);

const PICTURES: [Signature; 6] = [
    ("image/png", "a PNG picture", |b| b.starts_with(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", "a JPEG picture", |b| b.starts_with(b"\xff\xd8\xff")),
    ("image/tiff", "a TIFF picture", |b| {
        [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|s| b.starts_with(*s))
    }),
    ("image/webp", "a WebP picture", |b| b.starts_with(b"RIFF") && b.get(8..12) == Some(b"WEBP".as_slice())),
    // "BM" alone begins many a text: the two reserved fields must be zero and the header's length a known one.
    ("image/bmp", "a BMP picture", |b| {
        b.starts_with(b"BM")
            && b.get(6..10) == Some([0; 4].as_slice())
            && b.get(14).is_some_and(|n| [12, 16, 40, 52, 56, 64, 108, 124].contains(n))
    }),
    ("image/gif", "a GIF picture", |b| b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a")),
];

fn name_of(mime: &str) -> &'static str {
    match mime {
        m if m.contains("spreadsheetml") || m == "application/vnd.ms-excel" => WORKBOOK,
        m if m.contains("wordprocessingml") || m == "application/msword" => "a Word document",
        m if m.contains("presentationml") || m == "application/vnd.ms-powerpoint" => {
            "a PowerPoint presentation"
        }
        m if m.contains("opendocument.spreadsheet") => A_CALC_SHEET,
        m if m.contains("opendocument") => "an OpenDocument file",
        "application/x-ole-storage" => AN_OLDER_OFFICE_FILE,
        "application/gzip" | "application/x-tar" | "application/x-7z-compressed" | "application/vnd.rar" => {
            "an archive"
        }
        "application/rtf" | "text/rtf" => "a rich text (RTF) document",
        "image/heif" | "image/heic" | "image/avif" => "a HEIF or AVIF picture",
        "image/vnd.adobe.photoshop" => "a Photoshop picture",
        "image/jxl" => "a JPEG XL picture",
        "application/postscript" => "a PostScript file",
        "application/epub+zip" => "an EPUB book",
        m if m.starts_with("image/") => "a picture of a rare kind",
        m if m.starts_with("video/") => "a video",
        m if m.starts_with("audio/") => "a sound file",
        m if m.contains("executable") || m.contains("mach-binary") => "a program",
        _ => "of a kind unknown to Papertray",
    }
}

/// Office files are ZIP archives; what is in the first entries tells which.
fn name_of_zip(head: &[u8]) -> &'static str {
    let holds = |part: &[u8]| head.windows(part.len()).any(|w| w == part);
    match () {
        () if holds(b"xl/") => WORKBOOK,
        () if holds(b"word/") => "a Word document",
        () if holds(b"ppt/") => "a PowerPoint presentation",
        () if holds(b"[Content_Types].xml") => AN_OFFICE_FILE,
        () if holds(b"META-INF/") || holds(b"AndroidManifest.xml") => "a program's archive (JAR or APK)",
        () if holds(b"Index/Document.iwa") => "a Pages, Numbers or Keynote document",
        () => A_ZIP,
    }
}

/// Whether these bytes begin a mail: header lines from the first one on, one that only mails have among them, and who
/// sent it or when.
fn is_mail(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let header = text.split("\n\n").next().and_then(|h| h.split("\r\n\r\n").next()).unwrap_or_default();
    // Mailboxes put a line of their own before it.
    let lines = header.lines().skip_while(|line| line.starts_with("From "));
    let mut names = vec![];
    for line in lines.filter(|line| !line.starts_with([' ', '\t'])) {
        match line.split_once(':') {
            Some((name, _))
                if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
            {
                names.push(name.to_ascii_lowercase());
            }
            // The last line looked at may be cut off.
            _ if header.len() == text.len() => break,
            _ => return false,
        }
    }
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    has(&["mime-version", "message-id", "received", "return-path"]) && has(&["from", "date"])
}

fn text_mime(file_name: Option<&str>) -> &'static str {
    let ending = file_name.and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    match ending.as_deref() {
        Some("md" | "markdown") => "text/markdown",
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("html" | "htm") => "text/html",
        Some("xml") => "text/xml",
        Some("json") => "application/json",
        _ => "text/plain",
    }
}

/// Whether these bytes are text in some encoding: a byte order mark, or no NUL and next to no control characters.
fn is_text(head: &[u8]) -> bool {
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    if utf16 {
        // Half of the bytes of Western text are NUL; what must not be there is U+0000 itself.
        return head[2..].chunks_exact(2).all(|pair| pair != [0, 0]);
    }
    let odd = head.iter().filter(|b| matches!(b, 0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)).count();
    !head.contains(&0) && odd * 200 <= head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_not_the_name() {
        let pdf = sniff_bytes(b"junk before\n%PDF-1.4\n", Some("photo.jpg"));
        assert_eq!((pdf.mime_type.as_str(), pdf.kind), ("application/pdf", Some(FileKind::Pdf)));
        let zip = sniff_bytes(b"PK\x03\x04\x14\0\0\0\x08\0", Some("a.txt"));
        assert_eq!((zip.kind, zip.what), (Some(FileKind::Archive), "a ZIP archive"));
        let stored = sniff_bytes(b"PK\x03\x04\x14\0\0\0\0\0a.pdf%PDF-1.4", Some("a.zip"));
        assert_eq!(stored.kind, Some(FileKind::Archive));
        let office = sniff_bytes(b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml", Some("a.zip"));
        assert_eq!(office.kind, None);
        assert_eq!(sniff_bytes(b"\x7fELF\x02\x01\x01\0\0\0", Some("a.txt")).kind, None);
        assert_eq!(sniff_bytes(b"\x01\x02\x03\x04\x05", Some("a.txt")).kind, None);
        assert_eq!(sniff_bytes(b"", None).mime_type, "application/x-empty");
    }

    #[test]
    fn text_is_text_in_any_encoding() {
        for bytes in
            ["naïve\r\n".as_bytes(), b"\xff\xfeh\0i\0", b"caf\xe9\n", b"BM is no picture, it is text"]
        {
            assert_eq!(sniff_bytes(bytes, None).kind, Some(FileKind::Text), "{bytes:?}");
        }
        assert_eq!(sniff_bytes(b"a,b\n1,2\n", Some("x.CSV")).mime_type, "text/csv");
    }

    #[test]
    fn a_mail_has_a_header_that_a_memo_has_not() {
        let mail = b"Received: by x\r\n\tfor y\r\nFrom: A <a@b.c>\r\nSubject: Hi\r\n\r\nText: here";
        assert_eq!(sniff_bytes(mail, Some("a.txt")).kind, Some(FileKind::Mail));
        let boxed = b"From a@b.c Mon Jan 1\nMessage-ID: <1@x>\nDate: today\n\nHello";
        assert_eq!(sniff_bytes(boxed, None).mime_type, "message/rfc822");
        for memo in
            [&b"From: Anna\nTo: Ben\nDate: today\n\nDear Ben"[..], b"MIME-Version: 1.0\nand more text\n"]
        {
            assert_eq!(sniff_bytes(memo, None).kind, Some(FileKind::Text));
        }
    }

    #[test]
    fn the_header_of_a_pdf_may_not_be_too_late() {
        let mut late = vec![b' '; 1024];
        late.extend_from_slice(b"%PDF-1.7");
        assert_eq!(sniff_bytes(&late, None).kind, Some(FileKind::Pdf));
        let mut too_late = vec![b' '; 1030];
        too_late.extend_from_slice(b"%PDF-1.7");
        assert_eq!(sniff_bytes(&too_late, None).kind, Some(FileKind::Text));
    }
}
