//! What the reader finds in a file, kept between runs: recognition takes a hundred times as long as understanding.

use std::path::{Path, PathBuf};
use std::process::Command;

use papertray_model::PageReading;
use papertray_reader::{OpenOptions, PageOptions, PoolConfig, ReaderPool, engine_key, native};

use crate::Error;

/// Dots an inch of pages that are made into pictures.
const DPI: &str = "200";

/// Reader children and what they found earlier.
pub(crate) struct Reader {
    runtime: tokio::runtime::Runtime,
    pool: ReaderPool,
    kept: PathBuf,
}

impl Reader {
    pub(crate) fn new(kept: &Path) -> Result<Self, Error> {
        fs_err::create_dir_all(kept)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let pool = {
            let _inside = runtime.enter();
            ReaderPool::new(PoolConfig::new(papertray_engine::find_reader()?, native::find()?))
        };
        Ok(Self { runtime, pool, kept: kept.to_owned() })
    }

    pub(crate) fn kept(&self) -> &Path {
        &self.kept
    }

    pub(crate) fn close(&self) {
        self.runtime.block_on(self.pool.close());
    }

    /// The pages of a file. A page that cannot be read is left out.
    pub(crate) fn pages(&self, path: &Path) -> Result<Vec<PageReading>, Error> {
        let hash = blake3::hash(&fs_err::read(path)?).to_hex();
        let kept = self.kept.join(format!("{}-{}.json", &hash[..24], engine_key().replace('/', "-")));
        if let Ok(bytes) = fs_err::read(&kept)
            && let Ok(pages) = serde_json::from_slice(&bytes)
        {
            return Ok(pages);
        }
        let pages = self.runtime.block_on(self.read(path))?;
        fs_err::write(&kept, serde_json::to_vec(&pages)?)?;
        Ok(pages)
    }

    async fn read(&self, path: &Path) -> Result<Vec<PageReading>, Error> {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let options = OpenOptions { file_name: name, ..OpenOptions::default() };
        let mut document = self.pool.open(path, options).await?;
        let mut pages = vec![];
        for number in 1..=document.page_count() {
            match document.read_page(number, PageOptions::default()).await {
                Ok(read) => pages.push(read.page),
                Err(error) => eprintln!("{}: page {number}: {error}", path.display()),
            }
        }
        Ok(pages)
    }

    /// The pages of a PDF as if it had been printed and scanned: neither its text nor what is embedded helps. Needs
    /// `pdftoppm`.
    pub(crate) fn pages_of_scan(&self, pdf: &Path) -> Result<Vec<PageReading>, Error> {
        let hash = blake3::hash(&fs_err::read(pdf)?).to_hex();
        let folder = self.kept.join(format!("scan-{}", &hash[..24]));
        if !folder.is_dir() {
            let making = self.kept.join("scan-making");
            fs_err::create_dir_all(&making)?;
            let made = Command::new("pdftoppm")
                .args(["-r", DPI, "-f", "1", "-l", "6", "-jpeg"])
                .arg(pdf)
                .arg(making.join("page"))
                .status();
            if !made.is_ok_and(|status| status.success()) {
                return Err("`pdftoppm` is needed to make pictures of pages".into());
            }
            fs_err::rename(&making, &folder)?;
        }
        let mut pictures: Vec<PathBuf> =
            fs_err::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        pictures.sort();
        let mut pages = vec![];
        for picture in pictures {
            for mut page in self.pages(&picture)? {
                page.page_number = pages.len() as u32 + 1;
                pages.push(page);
            }
        }
        Ok(pages)
    }
}
