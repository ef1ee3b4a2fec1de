//! Looks for keys in memory.
