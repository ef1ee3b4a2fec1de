//! Who does what, and why.

/// A library that a provider is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Library {
    /// AWS-LC, through `aws-lc-rs`.
    AwsLc,
    /// The RustCrypto crates, through `strongroom-rustcrypto`.
    RustCrypto,
}

/// One algorithm of the provider: whose it is, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    algorithm: &'static str,
    by: Library,
    reason: &'static str,
}

impl Part {
    /// The algorithm, and which of its operations.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    /// Who does it.
    #[must_use]
    pub const fn by(&self) -> Library {
        self.by
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

macro_rules! parts {
    ($($algorithm:literal, $by:ident, $reason:literal;)+) => {
        /// Every algorithm of [`provider`](crate::provider), with the library that does it and the reason.
        ///
        /// | algorithm | library | why |
        /// |---|---|---|
        $(#[doc = concat!("| ", $algorithm, " | ", stringify!($by), " | ", $reason, " |")])+
        pub const PARTS: &[Part] =
            &[$(Part { algorithm: $algorithm, by: Library::$by, reason: $reason }),+];
    };
}

parts! {
    "AES-GCM, 128 to 256 bits", AwsLc, "2 to 4 times as fast: one pass instead of two, wider vectors";
    "HMAC, SHA-2, HKDF", RustCrypto, "as fast or faster on short messages: AWS-LC puts each state on the heap";
    "AES-KW, AES-KWP", RustCrypto, "as fast; AWS-LC has no AES-192 and puts each wrapping key on the heap";
    "ECDSA P-256, hedged signatures", AwsLc, "faster, though it computes the public key for each";
    "ECDSA P-384 and P-521, signatures", RustCrypto, "AWS-LC reads the private key each time, and computes and checks the public key with it: slower in all";
    "ECDSA P-256, P-384, P-521, verification", AwsLc, "2 to 3 times as fast";
    "ECDSA, deterministic signatures", RustCrypto, "AWS-LC has none";
    "ECDSA, keys and their documents", RustCrypto, "scalars from the generator that is handed in; one reader for both providers";
    "ECDSA secp256k1", RustCrypto, "7 times as fast at signing, 3 times at verifying";
    "Ed25519, signatures", AwsLc, "faster; the same bytes, as the algorithm is deterministic";
    "Ed25519, keys and verification", RustCrypto, "AWS-LC accepts public keys of small order";
    "RSA, signatures and OAEP", AwsLc, "7 to 10 times as fast, and it wipes what it computes with";
    "RSA, key generation", AwsLc, "slower, but leaves no prime in freed memory";
    "Argon2id", RustCrypto, "AWS-LC has none";
}
