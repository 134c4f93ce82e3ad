//! Items to slides.
