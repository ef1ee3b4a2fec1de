//! What each operation does once it is authorized. One short file per family.

mod aliases;
mod keys;
mod page;
mod policies;
mod rotation;
mod signing;
mod symmetric;

#[cfg(any(forge, twice, other))]
mod must_not_compile;
