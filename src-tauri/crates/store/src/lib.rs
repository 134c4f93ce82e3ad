//! The only SQL and the only blob folder.
