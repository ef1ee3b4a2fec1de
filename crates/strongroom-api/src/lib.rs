//! AWS KMS's requests, responses, limits and errors for all 56 operations, as data.
