//! The store from outside.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

mod conforming;
