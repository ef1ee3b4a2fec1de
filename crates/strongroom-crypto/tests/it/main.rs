//! The constructions through their public surface, on the default provider.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod decoders;
mod growth;
mod independent;
