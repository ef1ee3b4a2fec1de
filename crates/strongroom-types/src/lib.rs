//! The vocabulary of a strongroom: names, times, secrets, AWS enumerations, and the traits that the other crates meet at.
