//! Items to slides, and slides to files. Pure functions over data and bytes: nothing here reads or writes a file.
//!
//! The stages: [`compose`] makes a [`Deck`] with absolute geometry of settings and items; [`Pictures::prepare`] brings
//! its pictures to the size they are shown in; [`pptx::write`] and [`pdf::write`] draw the same slides. [`xlsx::write`]
//! and [`images::zip`] carry the same items as a workbook and as pictures; [`preflight::check`] says what to know
//! before any of it is sent.

mod compose;
mod fonts;
pub mod images;
pub mod pdf;
pub mod photo;
mod plan;
pub mod pptx;
pub mod preflight;
mod preview;
pub mod slide;
pub mod style;
mod text;
mod words;
pub mod xlsx;

pub use compose::compose;
pub use fonts::Fonts;
pub use photo::{Photos, Pictures};
pub use plan::Input;
pub use preview::preview;
pub use slide::{Deck, Slide};
