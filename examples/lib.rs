//! Runnable programs that show one task each.
