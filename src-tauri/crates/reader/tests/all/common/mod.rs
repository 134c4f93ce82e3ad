//! What the tests of the real child share: a pool, and files they make themselves.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use papertray_reader::{OpenDocument, OpenOptions, PageOptions, PageRead, PoolConfig, ReaderPool, native};
use tempfile::TempDir;

/// A temporary folder and a pool of one child.
pub(crate) struct Story {
    pub(crate) folder: TempDir,
    pub(crate) pool: ReaderPool,
}

pub(crate) fn config() -> PoolConfig {
    let native = native::find().expect("the native parts are installed (cargo xtask setup)");
    let mut config = PoolConfig::new(env!("CARGO_BIN_EXE_papertray-reader").into(), native);
    config.children = 1;
    // Its making is a child, too, and tests count children.
    config.prepared = None;
    config
}

impl Story {
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    pub(crate) fn with(change: impl FnOnce(&mut PoolConfig)) -> Self {
        let mut config = config();
        change(&mut config);
        Self { folder: tempfile::tempdir().unwrap(), pool: ReaderPool::new(config) }
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) async fn open(&self, path: &Path) -> OpenDocument {
        self.pool.open(path, OpenOptions::default()).await.unwrap()
    }

    pub(crate) async fn read(&self, path: &Path) -> PageRead {
        self.open(path).await.read_page(1, PageOptions::default()).await.unwrap()
    }

    /// The first page's picture.
    pub(crate) async fn picture(&self, path: &Path) -> image::DynamicImage {
        let picture = self.open(path).await.render_page(1, 2200).await.unwrap();
        image::load_from_memory(&picture.png).unwrap()
    }
}

/// Lines of text at 12 points, as a page's content.
pub(crate) fn content(lines: &[&str]) -> String {
    let mut content = String::from("BT /F1 12 Tf 72 760 Td 18 TL\n");
    for line in lines {
        writeln!(content, "({line}) Tj T*").unwrap();
    }
    content + "ET"
}

/// A PDF of A4 pages with these contents; `page_extra` goes into each page's dictionary.
pub(crate) fn pdf_with(contents: &[String], page_extra: &str) -> Vec<u8> {
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned(), String::new()];
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".into());
    let mut kids = String::new();
    for content in contents {
        let number = objects.len() + 1;
        write!(kids, "{number} 0 R ").unwrap();
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R{page_extra}>>",
            number + 1
        ));
        objects.push(format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()));
    }
    objects[1] = format!("<</Type/Pages/Kids[{kids}]/Count {}>>", contents.len());
    let mut out = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (i, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", out.len()).unwrap();
        writeln!(out, "{} 0 obj\n{object}\nendobj", i + 1).unwrap();
    }
    let size = objects.len() + 1;
    let start = out.len();
    write!(out, "xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n")
        .unwrap();
    out.into_bytes()
}

pub(crate) fn pdf(pages: &[&[&str]]) -> Vec<u8> {
    let contents: Vec<String> = pages.iter().map(|lines| content(lines)).collect();
    pdf_with(&contents, "")
}

pub(crate) const INVOICE: [&str; 5] = [
    "Northwind Traders Ltd",
    "Invoice number 10432",
    "Delivery of forty cotton shirts",
    "Total amount due 1,234.50 EUR",
    "Thank you for your order",
];
