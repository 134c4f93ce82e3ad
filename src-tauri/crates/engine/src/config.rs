//! What an engine is opened with, and where things lie when nobody says.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use papertray_model::{Clock, ErrorCode, SystemClock, UserError};
use papertray_providers::{Keychain, Keys};
use papertray_reader::{PoolConfig, native};

use crate::{FolderConfig, Places, Result, Surroundings, ThisComputer};

/// What an engine is opened with.
pub struct EngineConfig {
    /// The library's folder; made where it is not there.
    pub library: PathBuf,
    /// The reader children.
    pub pool: PoolConfig,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// What the computer can give.
    pub surroundings: Arc<dyn Surroundings>,
    /// `false` for commands that only look or note down work: nothing is read then.
    pub start_workers: bool,
    /// How drop folders are watched.
    pub folders: FolderConfig,
    /// Where secrets are kept.
    pub keys: Arc<dyn Keys>,
}

impl EngineConfig {
    /// A library with everything else as usual. A missing reader or missing native parts do not keep the library
    /// from opening: documents can be looked at, and what is to be read waits.
    pub fn new(library: PathBuf) -> Self {
        let program = find_reader().unwrap_or_else(|_| PathBuf::from("papertray-reader"));
        let parts = native::find().unwrap_or_default();
        Self {
            library,
            pool: PoolConfig::new(program, parts),
            clock: Arc::new(SystemClock),
            surroundings: Arc::new(ThisComputer::default()),
            start_workers: true,
            folders: FolderConfig::default(),
            keys: Arc::new(Keychain),
        }
    }
}

/// The library used when nobody names one: `PAPERTRAY_LIBRARY`, else where it was moved to, else the system's place for
/// application data.
pub fn default_library() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("PAPERTRAY_LIBRARY").filter(|p| !p.is_empty()) {
        return Ok(path.into());
    }
    places()?.library()
}

/// The system's folder for application data, where the library's place is noted.
pub fn places() -> Result<Places> {
    let dirs = directories::ProjectDirs::from("", "", "papertray").ok_or_else(|| {
        UserError::new(
            ErrorCode::NotFound,
            "The system names no home folder, so there is no place for the library.",
            "Name one with `--library DIR` or `PAPERTRAY_LIBRARY`.",
        )
    })?;
    Ok(Places::new(dirs.data_dir().to_owned()))
}

/// The program `papertray-reader`: `PAPERTRAY_READER`, else beside this program.
pub fn find_reader() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("PAPERTRAY_READER").filter(|p| !p.is_empty()) {
        return Ok(path.into());
    }
    let name = format!("papertray-reader{}", std::env::consts::EXE_SUFFIX);
    let here = std::env::current_exe().ok();
    // Test programs lie one folder deeper than the programs they test.
    let folders = here.iter().flat_map(|exe| exe.ancestors().skip(1).take(2));
    folders.map(|folder: &Path| folder.join(&name)).find(|path| path.is_file()).ok_or_else(|| {
        UserError::new(
            ErrorCode::ReaderMissing,
            format!("The reader program `{name}` is not beside this program, so nothing can be read."),
            "Install Papertray again, or build it with `cargo xtask run`.",
        )
    })
}
