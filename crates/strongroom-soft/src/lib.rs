//! Software custody: key material sealed under the root key, and the ways to unlock that root key.
