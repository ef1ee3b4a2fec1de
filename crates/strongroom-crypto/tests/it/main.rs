//! The constructions through their public surface, on the default provider.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod decoders;
mod independent;
