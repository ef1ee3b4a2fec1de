//! Runnable programs that show one task each.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
