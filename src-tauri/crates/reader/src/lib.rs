//! Bytes to pages: the sandboxed child and the pool that runs it.
