//! The record: CloudTrail events in a tamper-evident Merkle log with signed checkpoints, and its verifier.
