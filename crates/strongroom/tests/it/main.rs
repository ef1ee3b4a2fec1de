//! The facade from outside.

#![cfg(test)]

mod allocation;
mod authorization;
mod calls;
mod first;
mod keys;
mod policies;
mod states;
mod support;
