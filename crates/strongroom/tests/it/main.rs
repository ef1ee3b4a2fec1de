//! The facade from outside.

#![cfg(test)]
mod accounts;
mod aliases;
mod allocation;
mod asymmetric;
mod authorization;
mod automatic_rotation;
mod backup;
mod batch;
mod between;
mod caches;
mod calls;
mod custody;
mod drill;
mod first;
mod identifiers;
mod identity;
mod keys;
mod last_usage;
mod mac;
mod managed;
mod model;
mod policies;
mod random;
mod record;
mod reencrypt;
mod replay;
mod restore;
mod rotation;
mod seeded;
mod signing;
mod states;
mod support;
mod symmetric;
mod tags;
mod telemetry;
