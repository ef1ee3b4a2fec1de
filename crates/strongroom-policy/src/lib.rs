//! Decides who may do what: AWS key policies and identity policies, compiled once, with reasons.
