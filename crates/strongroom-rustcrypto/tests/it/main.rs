//! The provider through its public surface.

mod conformance;
mod randomness;
mod wycheproof;
