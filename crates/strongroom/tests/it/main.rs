//! The facade from outside.

mod first;
