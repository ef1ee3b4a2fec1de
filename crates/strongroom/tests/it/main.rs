//! The facade from outside.

mod allocation;
mod authorization;
mod first;
mod keys;
mod policies;
mod states;
mod support;
