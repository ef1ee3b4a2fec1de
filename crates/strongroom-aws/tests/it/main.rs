//! The protocol, from outside: as a service in this process, and on a socket.

#![cfg(test)]
mod endpoint;
mod first;
mod inside;
mod malformed;
mod mirror;
mod rust_sdk;
mod server;
mod socket;
mod support;
mod tour;
mod unnamed;
