//! The algorithm provider: small object-safe traits, and the constructions built on them alone.
