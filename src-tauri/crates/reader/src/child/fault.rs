//! Faults on demand, so that tests see the parent cope: `PAPERTRAY_READER_FAULT=abort-on-page-2`,
//! `hang-on-page-2`, `spin-on-page-2`, `eat-memory`, `cross-walls`.

use papertray_reader::ReadError;

use super::walls;

/// What goes wrong, and at which page.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Abort(u32),
    Hang(u32),
    Spin(u32),
    EatMemory,
    CrossWalls,
}

impl Fault {
    pub(crate) fn from_environment() -> Option<Self> {
        let fault = std::env::var("PAPERTRAY_READER_FAULT").ok()?;
        if fault == "eat-memory" {
            return Some(Self::EatMemory);
        }
        if fault == "cross-walls" {
            return Some(Self::CrossWalls);
        }
        let page = |prefix: &str| fault.strip_prefix(prefix)?.parse().ok();
        page("abort-on-page-")
            .map(Self::Abort)
            .or_else(|| page("hang-on-page-").map(Self::Hang))
            .or_else(|| page("spin-on-page-").map(Self::Spin))
    }

    /// Goes wrong, if this is the page for it.
    pub(crate) fn play(self, number: u32) -> Result<(), ReadError> {
        match self {
            Self::Abort(page) if page == number => std::process::abort(),
            Self::Hang(page) if page == number => loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            },
            Self::Spin(page) if page == number => {
                let mut turns = 0u64;
                loop {
                    turns = std::hint::black_box(turns.wrapping_add(1));
                }
            }
            Self::CrossWalls => Err(ReadError::internal(walls::tried())),
            Self::EatMemory => {
                let mut eaten = vec![];
                loop {
                    eaten.push(std::hint::black_box(vec![1u8; 16 << 20]));
                    std::thread::sleep(std::time::Duration::from_millis(2));
                }
            }
            _ => Ok(()),
        }
    }
}
