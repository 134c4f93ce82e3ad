//! Papertray without a face.
