//! Everything a strongroom remembers about keys, as records and pure transitions.
