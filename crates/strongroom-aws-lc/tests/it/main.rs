//! The provider through its public surface.

mod conformance;
mod vectors;
