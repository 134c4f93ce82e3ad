//! The only crate that may open a socket: services outside this computer, asked only where a person chose them.
//!
//! [`Client::ask`] is the one way out. In this order: the switch (`offline` lets nothing through), the caps, the pause
//! that a service asked for, the key from the system's keychain, **the line in the ledger**, and only then the network.
//! A service is a [`papertray_model::Service`]; its language is an adapter in `mistral`, `anthropic` or `openai`, pure
//! functions from a question to a request and from an answer's bytes to a [`Reply`].
//!
//! [`webhook`] and [`mail`] say that a batch is ready, where a person wants that: names and counts, no page.
//!
//! A key is sent in a header and nowhere else: it is in no error, no log and no stored line.

mod anthropic;
mod client;
mod errors;
mod keys;
pub mod mail;
mod mistral;
mod openai;
mod pauses;
pub mod webhook;
mod wire;

pub use client::{Client, Ledger, Line};
pub use errors::offline;
pub use keys::{Keychain, Keys, Secret};
pub use wire::{Ask, Picture, Reply, Usage};
