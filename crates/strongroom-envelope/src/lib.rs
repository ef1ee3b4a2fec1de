//! Data keys and the AWS Encryption SDK message format, streaming in constant memory.
