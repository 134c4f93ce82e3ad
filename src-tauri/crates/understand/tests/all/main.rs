//! Understanding over whole pages.

mod hostile;
mod pages;
