//! The only crate that may open a socket.
