//! Where records live: one small transactional trait, its conformance suite, and the embedded stores.
