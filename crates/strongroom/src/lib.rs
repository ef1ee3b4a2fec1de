//! AWS KMS as a library: the key management service built into your program.
