//! The sales deck of a collection: what a person sets, what its preview shows, and its kept versions.

mod choices;
mod made;
mod settings;

pub use choices::*;
pub use made::*;
pub use settings::*;
