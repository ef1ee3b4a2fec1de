//! The protocol, from outside: as a service in this process, and on a socket.

mod first;
mod support;
mod unnamed;
