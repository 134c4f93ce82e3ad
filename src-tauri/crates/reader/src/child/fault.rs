//! Faults on demand, so that tests see the parent cope: `PAPERTRAY_READER_FAULT=abort-on-page-2`,
//! `hang-on-page-2`, `eat-memory`.

/// What goes wrong, and at which page.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Abort(u32),
    Hang(u32),
    EatMemory,
}

impl Fault {
    pub(crate) fn from_environment() -> Option<Self> {
        let fault = std::env::var("PAPERTRAY_READER_FAULT").ok()?;
        if fault == "eat-memory" {
            return Some(Self::EatMemory);
        }
        let page = |prefix: &str| fault.strip_prefix(prefix)?.parse().ok();
        page("abort-on-page-").map(Self::Abort).or_else(|| page("hang-on-page-").map(Self::Hang))
    }

    /// Goes wrong, if this is the page for it.
    pub(crate) fn play(self, number: u32) {
        match self {
            Self::Abort(page) if page == number => std::process::abort(),
            Self::Hang(page) if page == number => loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            },
            Self::EatMemory => {
                let mut eaten = vec![];
                loop {
                    eaten.push(std::hint::black_box(vec![1u8; 16 << 20]));
                    std::thread::sleep(std::time::Duration::from_millis(2));
                }
            }
            _ => {}
        }
    }
}
