//! Decks: what is set about one, its preview, its making and its kept versions.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use papertray_deck::{Deck, Fonts, Input, Pictures, Slide, compose, pdf, photo, preflight};
use papertray_model::{
    BlobHash, CollectionId, DocumentId, ErrorCode, JobId, JobKind, Order, UserError,
    collection::{Category, CollectionInfo, Item},
    deck::{DeckFile, DeckFormat, DeckPreview, DeckSettings, DeckVersion, ImageFit, PreflightNote},
};
use papertray_reader::{FileKind, OpenOptions};
use papertray_store::{Blobs, NewJob, Read};
use serde::{Deserialize, Serialize};

use super::{categories_of, status};
use crate::{Engine, Result, blocking, errors};

/// Pictures of slides kept at hand.
const SLIDES_KEPT: usize = 256;
/// The widest picture of a slide, in pixels.
const WIDEST: u32 = 3200;

/// The longer sides that photos are shown with; a larger one is shown as it is stored.
const SIDES: [u32; 4] = [160, 320, 640, 1280];
/// Photos kept at hand, in bytes.
const PHOTOS_KEPT: usize = 48 << 20;
/// The longer side of a deck's mark, in pixels: a third of a wide slide, on paper.
const LOGO_SIDE: u32 = 1200;
/// A mark's file is at most so large.
const LOGO_BYTES: u64 = 20 << 20;

/// PNGs of slides, by hash and width in pixels.
type Drawn = HashMap<(String, u32), Arc<Vec<u8>>>;

/// Photos made smaller, by hash and longer side, and how many bytes they are.
#[derive(Default)]
struct Photos {
    kept: HashMap<(BlobHash, u32), Arc<Vec<u8>>>,
    bytes: usize,
}

impl Photos {
    fn keep(&mut self, key: (BlobHash, u32), photo: Arc<Vec<u8>>) {
        if self.bytes + photo.len() > PHOTOS_KEPT {
            *self = Self::default();
        }
        self.bytes += photo.len();
        if let Some(before) = self.kept.insert(key, photo) {
            self.bytes -= before.len();
        }
    }
}

/// What decks are drawn with, and the pictures of slides that were drawn.
pub(crate) struct Decks {
    folder: PathBuf,
    fonts: OnceLock<Arc<Fonts>>,
    drawn: Mutex<Drawn>,
    photos: Mutex<Photos>,
    composed: Mutex<Option<(CollectionId, String, Composed)>>,
}

/// Everything a deck is made of, the deck, and the fonts it was laid out with.
type Composed = (Arc<DeckParts>, Arc<Deck>, Arc<Fonts>);

impl Decks {
    /// With the fonts in this folder, which are read when they are first needed.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            fonts: OnceLock::new(),
            drawn: Mutex::default(),
            photos: Mutex::default(),
            composed: Mutex::default(),
        }
    }

    /// The fonts at hand: the product's own, then those of the system for signs that they lack.
    pub(crate) fn fonts(&self) -> Arc<Fonts> {
        Arc::clone(self.fonts.get_or_init(|| {
            let mut fonts = Fonts::new();
            let mut files: Vec<PathBuf> = fs_err::read_dir(&self.folder)
                .map(|entries| entries.filter_map(|e| e.ok().map(|e| e.path())).collect())
                .unwrap_or_default();
            files.sort_unstable();
            for file in files {
                if let Ok(bytes) = fs_err::read(&file)
                    && !fonts.add(bytes)
                {
                    tracing::warn!("`{}` is not a font", file.display());
                }
            }
            for (file, face) in FALLBACKS {
                if let Ok(bytes) = fs_err::read(file) {
                    fonts.add_fallback(bytes, *face);
                }
            }
            // Carried along, so that Arabic, Hebrew and Cyrillic names are drawn on every system.
            fonts.add_fallback(dejavu::sans::regular().to_vec(), 0);
            Arc::new(fonts)
        }))
    }

    fn photos(&self) -> std::sync::MutexGuard<'_, Photos> {
        self.photos.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deck composed last, if it is this collection's and made of the same.
    fn composed(&self, id: CollectionId, made_from: &str) -> Option<Composed> {
        let last = self.composed.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(of, from, _)| *of == id && from == made_from).map(|(.., deck)| deck.clone())
    }

    fn keep_composed(&self, id: CollectionId, made_from: String, deck: &Composed) {
        *self.composed.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, made_from, deck.clone()));
    }

    fn drawn(&self) -> std::sync::MutexGuard<'_, Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fonts of systems that have signs the product's own lack, with the face in the file.
const FALLBACKS: &[(&str, u32)] = &[
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 0),
    ("/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf", 0),
    ("/usr/share/fonts/truetype/noto/NotoSansHebrew-Regular.ttf", 0),
    ("/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/GeezaPro.ttc", 0),
    ("C:\\Windows\\Fonts\\msyh.ttc", 0),
    ("C:\\Windows\\Fonts\\segoeui.ttf", 0),
];

/// What a deck is asked to be written to: the payload of its job.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Formats {
    pub(crate) formats: Vec<DeckFormat>,
}

/// Everything a deck is made of, out of the library.
#[derive(Clone, Debug)]
pub(crate) struct DeckParts {
    pub(crate) settings: DeckSettings,
    pub(crate) info: CollectionInfo,
    pub(crate) items: Vec<Item>,
    categories: Vec<Category>,
    orders: Vec<Order>,
    borders: HashMap<BlobHash, [f32; 4]>,
    logo: Option<(u32, u32)>,
}

impl DeckParts {
    pub(crate) fn of(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<Self> {
        let stored = r.require_collection(id)?;
        Ok(Self {
            settings: r.deck_settings(id)?.unwrap_or_default(),
            info: status::filled(&stored),
            items: super::items::list_of(r, id)?.items,
            categories: categories_of(&stored),
            orders: r.orders(id)?,
            borders: HashMap::new(),
            logo: None,
        })
    }

    /// Names what the deck is made of.
    fn hash(&self) -> String {
        crate::jobs::hash_of(&(&self.settings, &self.info, &self.items, &self.categories))
    }

    /// Looks at the pictures where the settings want that.
    pub(crate) fn with_pictures(mut self, blobs: &Blobs) -> Self {
        let photos = |hash: &BlobHash| fs_err::read(blobs.path(hash)).ok();
        if self.settings.image_fit == ImageFit::TrimWhite {
            let shown = self.items.iter().filter(|item| item.included);
            let all: Vec<BlobHash> = shown
                .flat_map(|item| item.photo.iter().chain(&item.more_photos).map(|p| p.blob.clone()))
                .collect();
            self.borders = photo::borders(&all, &photos);
        }
        self.logo = self.settings.look.logo.as_ref().and_then(|logo| photo::size(&photos(logo)?));
        self
    }

    pub(crate) fn input(&self) -> Input<'_> {
        Input {
            settings: &self.settings,
            info: &self.info,
            categories: &self.categories,
            items: &self.items,
            orders: &self.orders,
            borders: &self.borders,
            logo: self.logo,
        }
    }

    /// What to know before the deck is sent.
    pub(crate) fn notes(&self, deck: &Deck, fonts: &Fonts, blobs: &Blobs) -> Vec<PreflightNote> {
        preflight::check(&self.input(), deck, fonts, &|hash| !blobs.path(hash).exists())
    }
}

/// Names what a deck is made of: a deck is out of date where that changed.
pub(crate) fn deck_hash(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<String> {
    Ok(DeckParts::of(r, id)?.hash())
}

/// The files' name without an extension, as the settings' pattern says.
pub(crate) fn file_stem(parts: &DeckParts, today: jiff::civil::Date) -> String {
    let preset = match parts.settings.preset {
        papertray_model::deck::DeckPreset::SellIn => "sell-in",
        papertray_model::deck::DeckPreset::CustomerSafe => "customer-safe",
        papertray_model::deck::DeckPreset::StoreTraining => "store-training",
        papertray_model::deck::DeckPreset::InternalBuy => "internal-buy",
    };
    let info = &parts.info;
    let said = [
        ("{brand}", info.brand.as_deref().unwrap_or(&info.name)),
        ("{season}", info.season.as_deref().unwrap_or_default()),
        ("{name}", &info.name),
        ("{deck}", preset),
        ("{date}", &today.to_string()),
    ]
    .into_iter()
    .fold(parts.settings.file_name.clone(), |name, (word, value)| name.replace(word, value));
    // What systems do not allow in a name, or hide, is not in it.
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '&' | '+' | '(' | ')');
    let name: String = said.chars().map(|c| if allowed(c) { c } else { '-' }).take(120).collect();
    let parts: Vec<&str> = name.split('_').map(str::trim).filter(|part| !part.is_empty()).collect();
    let name = parts.join("_");
    let name = name.trim_matches(['.', ' ', '-']);
    if name.is_empty() { "deck".to_owned() } else { name.to_owned() }
}

impl Engine {
    /// What is set about a collection's deck.
    pub fn deck_settings(&self, id: CollectionId) -> Result<DeckSettings> {
        let found = self.shared.store.read(|r| {
            r.require_collection(id)?;
            r.deck_settings(id)
        });
        Ok(found.map_err(errors::store)?.unwrap_or_default())
    }

    /// Keeps what is set about a collection's deck.
    pub async fn set_deck_settings(&self, id: CollectionId, settings: DeckSettings) -> Result<()> {
        self.write_collection(id, move |w| w.put_deck_settings(id, &settings)).await
    }

    /// The deck as it would be made now. The last one is kept: the window asks for it once a slide.
    async fn composed(&self, id: CollectionId) -> Result<Composed> {
        let shared = Arc::clone(&self.shared);
        blocking(move || {
            let parts = shared.store.read(|r| DeckParts::of(r, id)).map_err(errors::store)?;
            let made_from = crate::jobs::hash_of(&(parts.hash(), &parts.orders));
            if let Some(last) = shared.decks.composed(id, &made_from) {
                return Ok(last);
            }
            let parts = parts.with_pictures(shared.store.blobs());
            let fonts = shared.decks.fonts();
            let deck = compose(&parts.input(), &fonts);
            let composed = (Arc::new(parts), Arc::new(deck), fonts);
            shared.decks.keep_composed(id, made_from, &composed);
            Ok(composed)
        })
        .await?
    }

    /// The deck's slides as they would be made now, and what to know before they are sent.
    pub async fn deck_preview(&self, id: CollectionId) -> Result<DeckPreview> {
        let (parts, deck, fonts) = self.composed(id).await?;
        let shared = Arc::clone(&self.shared);
        blocking(move || {
            let notes = parts.notes(&deck, &fonts, shared.store.blobs());
            papertray_deck::preview(&deck, notes)
        })
        .await
    }

    /// A PNG of a slide of the deck as it would be made now, `width` pixels wide. The slide is named by its hash: one
    /// that has changed since is not found.
    pub async fn slide_picture(&self, id: CollectionId, hash: &str, width: u32) -> Result<Vec<u8>> {
        let width = width.clamp(1, WIDEST);
        let key = (hash.to_owned(), width);
        if let Some(drawn) = self.shared.decks.drawn().get(&key) {
            return Ok(drawn.to_vec());
        }
        let (_, deck, fonts) = self.composed(id).await?;
        let Some(slide) = deck.slides.iter().find(|slide| slide.hash == hash).cloned() else {
            return Err(no_slide());
        };
        let longer = width as f32 * (deck.height / deck.width).max(1.0);
        let shared = Arc::clone(&self.shared);
        let page = blocking(move || one_slide(&deck, slide, &fonts, shared.store.blobs())).await??;
        let file = tempfile::Builder::new().suffix(".pdf").tempfile().map_err(|e| cannot_write(&e))?;
        tokio::fs::write(file.path(), page).await.map_err(|e| cannot_write(&e))?;
        let mut document = self.shared.pool.open(file.path(), OpenOptions::default()).await?;
        let picture = document.render_page(1, longer.round() as u32).await?;
        let mut drawn = self.shared.decks.drawn();
        if drawn.len() >= SLIDES_KEPT {
            drawn.clear();
        }
        drawn.insert(key, Arc::new(picture.png.clone()));
        Ok(picture.png)
    }

    /// A collection's photo, or its deck's mark, for a screen: at least `width` pixels wide or high, where it has as many.
    pub async fn photo(&self, hash: &BlobHash, width: u32) -> Result<Arc<Vec<u8>>> {
        let side = SIDES.into_iter().find(|side| *side >= width).unwrap_or(u32::MAX);
        let key = (hash.clone(), side);
        if let Some(kept) = self.shared.decks.photos().kept.get(&key) {
            return Ok(Arc::clone(kept));
        }
        let gone =
            || UserError::new(ErrorCode::NotFound, "The picture is not in the library.", "Process again.");
        let path = self.shared.store.blobs().path(hash);
        let photo =
            blocking(move || photo::within(&fs_err::read(path).ok()?, side)).await?.ok_or_else(gone)?;
        let photo = Arc::new(photo);
        self.shared.decks.photos().keep(key, Arc::clone(&photo));
        Ok(photo)
    }

    /// Takes a document of the library, one picture, as the mark of a collection's deck.
    pub async fn set_deck_logo_document(
        &self,
        id: CollectionId,
        document: DocumentId,
    ) -> Result<DeckSettings> {
        self.set_deck_logo(id, &self.stored_file(document)?).await
    }

    /// Takes a picture file as the mark of a collection's deck. It is decoded in a child and stored anew.
    pub async fn set_deck_logo(&self, id: CollectionId, file: &Path) -> Result<DeckSettings> {
        let mut settings = self.deck_settings(id)?;
        let size = tokio::fs::metadata(file).await.map_err(|e| errors::io_error(&e))?.len();
        let refused = |why: &str| {
            UserError::new(
                ErrorCode::UnsupportedType,
                format!("The file cannot be the brand's logo: {why}."),
                "Choose a PNG or JPEG of the logo.",
            )
        };
        if size > LOGO_BYTES {
            return Err(refused("the file is larger than 20 MB"));
        }
        let mut document = self.shared.pool.open(file, OpenOptions::default()).await?;
        if document.kind() != FileKind::Picture {
            return Err(refused("it is no picture"));
        }
        let picture = document.mark(LOGO_SIDE).await?;
        let shared = Arc::clone(&self.shared);
        let stored = blocking(move || {
            shared.store.blobs().store_reader(std::io::Cursor::new(picture.png), |_| Ok(()), |_| Ok(()))
        });
        settings.look.logo = Some(stored.await?.map_err(errors::store)?.hash);
        self.set_deck_settings(id, settings.clone()).await?;
        Ok(settings)
    }

    /// Makes the deck's files. Refused while that is under way, and without items.
    pub async fn generate_deck(&self, id: CollectionId, formats: Vec<DeckFormat>) -> Result<JobId> {
        let detail = self.collection(id)?;
        if detail.included_count == 0 {
            return Err(UserError::new(
                ErrorCode::WrongState,
                "No item goes into the deck.",
                "Generate the items, or include some, then make the deck.",
            ));
        }
        if formats.is_empty() {
            return Err(UserError::new(ErrorCode::Usage, "No kind of file was chosen.", "Choose one."));
        }
        let payload = serde_json::to_string(&Formats { formats }).map_err(|e| errors::internal(&e))?;
        let job = NewJob { payload: Some(payload), ..NewJob::new(JobKind::GenerateDeck, id) };
        let job = self.begin(&detail, job).await?;
        self.collection_changed(id);
        Ok(job)
    }

    /// The decks that were made, newest first.
    pub fn deck_versions(&self, id: CollectionId) -> Result<Vec<DeckVersion>> {
        let found = self.shared.store.read(|r| {
            r.require_collection(id)?;
            let now = deck_hash(r, id)?;
            let decks = r.decks(id)?.into_iter();
            Ok(decks.map(|deck| DeckVersion { out_of_date: deck.made_from != now, ..deck.version }).collect())
        });
        found.map_err(errors::store)
    }

    /// A file of a kept deck: where its bytes lie, and what it is called.
    pub fn deck_file(
        &self,
        id: CollectionId,
        version: u32,
        format: DeckFormat,
    ) -> Result<(PathBuf, DeckFile)> {
        let all = self.deck_versions(id)?;
        let files = all.into_iter().find(|deck| deck.version == version).map(|deck| deck.files);
        let file = files.into_iter().flatten().find(|file| file.format == format).ok_or_else(|| {
            UserError::new(ErrorCode::NotFound, "That deck was not made.", "Generate the deck.")
        })?;
        Ok((self.shared.store.blobs().path(&file.blob), file))
    }

    /// Copies a file of a kept deck to `to`, over what may be there.
    pub async fn save_deck(
        &self,
        id: CollectionId,
        version: u32,
        format: DeckFormat,
        to: PathBuf,
    ) -> Result<()> {
        let (from, _) = self.deck_file(id, version, format)?;
        blocking(move || {
            // A half-written copy never has the name.
            let folder =
                to.parent().filter(|f| !f.as_os_str().is_empty()).map_or_else(|| ".".into(), PathBuf::from);
            let mut copy = tempfile::NamedTempFile::new_in(folder)?;
            std::io::copy(&mut fs_err::File::open(from)?, &mut copy)?;
            copy.persist(&to).map_err(|e| e.error)?;
            Ok::<_, std::io::Error>(())
        })
        .await?
        .map_err(|e| cannot_write(&e))
    }
}

/// One slide as a PDF.
fn one_slide(deck: &Deck, slide: Slide, fonts: &Fonts, blobs: &Blobs) -> Result<Vec<u8>> {
    let alone = Deck { slides: vec![Slide { hidden: false, ..slide }], ..deck.clone() };
    let pictures = Pictures::prepare(&alone, &|hash: &BlobHash| fs_err::read(blobs.path(hash)).ok());
    let slide = alone.slides.first().ok_or_else(no_slide)?;
    pdf::write_slide(&alone, slide, fonts, &pictures).map_err(|e| errors::internal(&e))
}

fn no_slide() -> UserError {
    UserError::new(ErrorCode::NotFound, "The slide has changed.", "Look again.")
}

fn cannot_write(e: &std::io::Error) -> UserError {
    UserError::new(
        ErrorCode::Io,
        format!("The deck's file could not be written: {e}."),
        "Choose another folder, or free space, and try again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pattern: &str, brand: &str) -> String {
        let parts = DeckParts {
            settings: DeckSettings { file_name: pattern.into(), ..DeckSettings::default() },
            info: CollectionInfo { name: "N".into(), brand: Some(brand.into()), ..CollectionInfo::default() },
            items: vec![],
            categories: vec![],
            orders: vec![],
            borders: HashMap::new(),
            logo: None,
        };
        file_stem(&parts, jiff::civil::date(2027, 3, 1))
    }

    #[test]
    fn a_file_name_is_one_that_systems_take() {
        assert_eq!(named("{brand}_{season}_{deck}_{date}", "Casa Lume"), "Casa Lume_sell-in_2027-03-01");
        assert_eq!(named("{brand}", "../../etc/passwd"), "etc-passwd");
        assert_eq!(named("{season}", "x"), "deck");
        assert_eq!(named("", "x"), "deck");
    }
}
