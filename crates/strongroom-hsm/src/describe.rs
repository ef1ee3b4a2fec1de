//! What a backend says about itself.

use strongroom_types::KeySpec;

use crate::{Suite, Verb};

/// How a verb is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Support {
    /// Wholly inside the backend's boundary.
    Native,
    /// Partly in this process (hashing, or AES-GCM under a message key), the long-lived key inside.
    HostAssisted,
}

/// Where the material of keys can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Material {
    /// It never leaves the device.
    NeverLeaves,
    /// It is in this process's memory while a handle is open.
    InProcess,
}

/// Whether a validated module does the cryptography.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validation {
    /// No.
    None,
    /// A module, and its certificate if one is known.
    Module {
        /// The module's name.
        name: String,
        /// Its version, as the module itself says.
        version: String,
        /// The certificate's number; `None` if it has none, or none is known.
        certificate: Option<String>,
    },
}

/// One cell of the capability table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a cell of a table: row, column, content")]
pub struct Capability {
    /// Keys of this spec
    pub spec: KeySpec,
    /// can do this,
    pub verb: Verb,
    /// in this way,
    pub support: Support,
    /// and it may take longer than a few milliseconds, of computing or of waiting.
    pub slow: bool,
}

/// What a backend holds at most; `None` is no limit known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one message.
    pub message_len: Option<usize>,
    /// Keys.
    pub objects: Option<u64>,
    /// Calls at one time.
    pub in_flight: Option<u32>,
}

/// What a backend is and can do. Fixed for the life of the backend.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// A short stable name of the kind of backend, `soft` for one. Stands in records and events.
    pub backend: &'static str,
    /// Its version, for people.
    pub version: String,
    /// The capability table; what is not in it is not supported.
    pub capabilities: Vec<Capability>,
    /// The suite of new `SYMMETRIC_DEFAULT` keys; `None` if it has no such keys.
    pub suite: Option<Suite>,
    /// Where material can be.
    pub material: Material,
    /// Whether `generate` leaves an object outside the store, so that an intent must be recorded
    /// before and orphans are looked for after.
    pub leaves_objects_outside_store: bool,
    /// Whether every call may take longer than a few milliseconds, because a device is far away for one. If not, single
    /// verbs still may: [`is_slow`](Self::is_slow) says which.
    pub slow: bool,
    /// What it holds at most.
    pub limits: Limits,
    /// What may remain of a key after `destroy`, in a sentence for people (backups of a device, for one).
    pub residue: &'static str,
    /// Whether a validated module does the cryptography.
    pub validation: Validation,
}

impl Description {
    /// A backend named `backend` that can do nothing yet: set its fields.
    #[must_use]
    pub fn new(backend: &'static str, version: impl Into<String>, material: Material) -> Self {
        Self {
            backend,
            version: version.into(),
            capabilities: Vec::new(),
            suite: None,
            material,
            leaves_objects_outside_store: false,
            slow: false,
            limits: Limits::default(),
            residue: "nothing known",
            validation: Validation::None,
        }
    }

    /// With one more capability, which takes at most a few milliseconds.
    #[must_use]
    pub fn with(self, spec: KeySpec, verb: Verb, support: Support) -> Self {
        self.with_capability(Capability { spec, verb, support, slow: false })
    }

    /// With one more capability.
    #[must_use]
    pub fn with_capability(mut self, capability: Capability) -> Self {
        self.capabilities.push(capability);
        self
    }

    /// How keys of `spec` do `verb`; `None` if they can't.
    #[must_use]
    pub fn support(&self, spec: KeySpec, verb: Verb) -> Option<Support> {
        self.capability(spec, verb).map(|it| it.support)
    }

    /// Whether `verb` with a key of `spec` may take longer than a few milliseconds, so that an asynchronous caller
    /// should give it a thread that may block. Making an RSA key takes up to seconds, while the same backend seals a
    /// message in microseconds, for which a change of threads would cost more than the work.
    ///
    /// ```
    /// use strongroom_hsm::{Capability, Description, Material, Support, Verb};
    /// use strongroom_types::{KeySpec, KeyUsageType};
    ///
    /// let (spec, generate) = (KeySpec::Rsa4096, Verb::Generate(KeyUsageType::SignVerify));
    /// let cell = Capability { spec, verb: generate, support: Support::Native, slow: true };
    /// let mut about = Description::new("example", "1", Material::InProcess)
    ///     .with_capability(cell)
    ///     .with(KeySpec::SymmetricDefault, Verb::Seal, Support::Native);
    /// assert!(about.is_slow(spec, generate));
    /// assert!(!about.is_slow(KeySpec::SymmetricDefault, Verb::Seal));
    /// assert!(!about.is_slow(KeySpec::Rsa2048, generate)); // unsupported, which is said at once
    /// about.slow = true; // a device behind a network: everything is
    /// assert!(about.is_slow(KeySpec::SymmetricDefault, Verb::Seal));
    /// ```
    #[must_use]
    pub fn is_slow(&self, spec: KeySpec, verb: Verb) -> bool {
        self.slow || self.capability(spec, verb).is_some_and(|it| it.slow)
    }

    fn capability(&self, spec: KeySpec, verb: Verb) -> Option<&Capability> {
        self.capabilities.iter().find(|it| it.spec == spec && it.verb == verb)
    }
}

/// How `destroy` ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Destroyed {
    /// The object was erased, and a search finds none.
    Erased,
    /// There was none.
    AlreadyAbsent,
    /// The token is the whole key: the caller destroys the key by erasing the token.
    EraseToken,
}

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Probe {
    /// Whether it answers.
    Answers,
    /// Whether it computes right: a known answer or a round trip with a key of its own.
    Computes,
}

/// What a probe found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Health {
    /// All is well.
    Ready,
    /// It works, with less than it should have; in a few words.
    Degraded(&'static str),
}
