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

/// One algorithm of the providers: whose it is, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    algorithm: &'static str,
    by: Library,
    module_first: Library,
    reason: &'static str,
}

impl Part {
    /// The algorithm, and which of its operations.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    /// Who does it in [`provider`](crate::provider).
    #[must_use]
    pub const fn by(&self) -> Library {
        self.by
    }

    /// Who does it in [`module_first`](crate::module_first).
    #[must_use]
    pub const fn by_module_first(&self) -> Library {
        self.module_first
    }

    /// Why it is so in [`provider`](crate::provider).
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

macro_rules! parts {
    ($($algorithm:literal, $by:ident, $module_first:ident, $reason:literal;)+) => {
        /// Every algorithm, with the library that does it in each of the two providers, and why it is so in the fast one.
        /// The figures are those of `docs/benchmarks.md` in the repository.
        ///
        /// | algorithm | `provider` | `module_first` | why |
        /// |---|---|---|---|
        $(#[doc = concat!("| ", $algorithm, " | ", stringify!($by), " | ", stringify!($module_first), " | ", $reason, " |")])+
        pub const PARTS: &[Part] = &[$(
            Part {
                algorithm: $algorithm,
                by: Library::$by,
                module_first: Library::$module_first,
                reason: $reason,
            }
        ),+];
    };
}

parts! {
    "AES-GCM, 128 to 256 bits", AwsLc, AwsLc, "2 to 4 times as fast: one pass instead of two, wider vectors";
    "HMAC, SHA-2", RustCrypto, AwsLc, "faster on short messages: AWS-LC puts each state on the heap";
    "HKDF", RustCrypto, RustCrypto, "faster, and leaves no copy of the salt";
    "AES-KW, AES-KWP, 128 and 256 bits", RustCrypto, AwsLc, "as fast";
    "AES-KW, AES-KWP, 192 bits", RustCrypto, RustCrypto, "AWS-LC has none";
    "ECDSA P-256 and P-384, hedged signatures", AwsLc, AwsLc, "2 to 4 times as fast, though it computes and checks the public key for each";
    "ECDSA P-521, signatures", RustCrypto, RustCrypto, "as fast: AWS-LC computes and checks the public key whenever it reads a private one";
    "ECDSA P-256, P-384 and P-521, verification", AwsLc, AwsLc, "2 to 5 times as fast";
    "ECDSA, deterministic signatures", RustCrypto, RustCrypto, "AWS-LC has none";
    "ECDSA, keys and their documents", RustCrypto, RustCrypto, "scalars from the generator that is handed in; one reader for all providers";
    "ECDSA secp256k1", RustCrypto, RustCrypto, "7 times as fast at signing, 3 times at verifying";
    "Ed25519, signatures", AwsLc, AwsLc, "faster, and deterministic: the same bytes";
    "Ed25519, keys and verification", RustCrypto, RustCrypto, "AWS-LC accepts public keys of small order";
    "RSA, signatures and OAEP", AwsLc, AwsLc, "3 to 5 times as fast with the key read each time, and it wipes what it computes with";
    "RSA, key generation", AwsLc, AwsLc, "slower, but leaves no prime in freed memory";
    "Argon2id", RustCrypto, RustCrypto, "AWS-LC has none";
}
