//! The traits a key-custody backend implements, and the contract it must keep.
