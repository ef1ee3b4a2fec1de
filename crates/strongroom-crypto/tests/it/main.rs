//! The constructions through their public surface, on the default provider.

mod decoders;
mod independent;
