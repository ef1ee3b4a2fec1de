//! The facade from outside.

mod allocation;
mod authorization;
mod calls;
mod first;
mod keys;
mod policies;
mod states;
mod support;
