//! What each operation does once it is authorized. One short file per family.

mod aliases;
mod keys;
mod kinds;
mod mac;
mod page;
mod policies;
mod random;
mod reencrypt;
mod rotation;
mod sealing;
mod signing;
mod symmetric;
mod tags;
mod usage;

#[cfg(any(forge, twice, other))]
mod must_not_compile;
