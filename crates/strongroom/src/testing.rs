//! What tests need: the tests of a program that embeds a strongroom, and ours.
//!
//! [`strongroom`] makes one in a line, in memory, in which everything follows from a seed: key ids, material, salts, request
//! ids, the time. Two runs with one seed that make the same calls in the same order give byte-identical ciphertexts, events
//! and checkpoints. Its [clock](FakeClock) stands still until it is set, and its [script](Script) makes the n-th commit,
//! append, sync, custody call or random draw fail.
//!
//! **Nothing here is safe for real keys**: whoever knows the seed knows every key. It exists only with the feature
//! `testing`, which belongs under `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! strongroom = { version = "0.1", features = ["testing"] }
//! ```
//!
//! An application's unit test:
//!
//! ```
//! use std::time::Duration;
//! use strongroom::testing::{self, CommitTrouble};
//! use strongroom::{Caller, Client, Error, ErrorCode};
//!
//! /// The application: seals a customer's card under the key of orders.
//! fn seal_card(client: &Client, number: &str) -> Result<Vec<u8>, Error> {
//!     Ok(client.encrypt("alias/orders", number.as_bytes()).encryption_context("what", "card").send()?.ciphertext_blob)
//! }
//!
//! # fn main() -> Result<(), Error> {
//! // Always the same key, the same ciphertext: both may stand in a snapshot.
//! let room = testing::strongroom(7)?;
//! let root = room.kms.client(Caller::root())?;
//! let key = root.create_key().send()?.key_metadata.key_id;
//! root.create_alias("alias/orders", &*key).send()?;
//! let again = testing::strongroom(7)?;
//! let same = again.kms.client(Caller::root())?.create_key().send()?.key_metadata.key_id;
//! assert_eq!(key, same);
//!
//! // What the application does when the key is on its way out.
//! root.schedule_key_deletion(&*key).pending_window_in_days(7).send()?;
//! assert!(seal_card(&root, "4111").unwrap_err().is(ErrorCode::KmsInvalidState));
//! room.clock.advance(Duration::from_secs(8 * 86_400));
//! assert!(seal_card(&root, "4111").unwrap_err().is(ErrorCode::NotFound));
//!
//! // What it does when the disk is full.
//! room.script.commit(0, CommitTrouble::Full);
//! assert!(root.create_key().send().is_err());
//! assert!(root.create_key().send().is_ok());
//! # Ok(())
//! # }
//! ```

mod clock;
mod random;
mod room;
mod script;

pub use clock::FakeClock;
pub use random::PredictableRandom;
pub use room::{Room, strongroom, strongroom_with};
pub use script::{Script, ScriptedLog};
pub use strongroom_hsm::hostile::{Call as CustodyCall, Fault as CustodyFault};
pub use strongroom_store::testing::Trouble as CommitTrouble;

pub use crate::failpoint::{RESTORE_STEPS, STEPS, on_step};

/// Everything that a call draws and reads before it looks at its request, so that what follows can be looked at alone.
#[derive(Debug)]
pub struct Rehearsal {
    pub(crate) draw: crate::draw::Draw,
    pub(crate) moment: crate::journal::Moment,
}

impl Rehearsal {
    /// For calls through this client.
    ///
    /// # Errors
    /// No random bytes, or a clock that went back.
    pub fn new(client: &crate::Client) -> Result<Self, crate::Error> {
        let core = &client.core;
        Ok(Self { draw: crate::draw::Draw::new(&core.provider.random)?, moment: core.moment()? })
    }

    /// From the request to the decision, on the path that every call takes: validate, resolve, authorize, check the state.
    ///
    /// # Errors
    /// AWS's.
    pub fn decide<O: crate::Served>(&self, client: &crate::Client, input: &O::Input) -> Result<(), crate::Error> {
        O::rehearse(client, self, input)
    }
}

/// Gives a key so many versions more, as if that many rotations had come due one after the other: 10,000 periods are more
/// time than a clock has.
///
/// # Errors
/// There is no such key; whatever keeps a rotation from being committed.
pub fn rotate(client: &crate::Client, key: &str, times: u32) -> Result<(), crate::Error> {
    let (core, id) = (&client.core, key.parse::<strongroom_types::KeyId>()?);
    for _ in 0..times {
        let key = core.records.key(client.caller.account, client.region, id.as_bytes())?;
        let key = key.ok_or_else(|| crate::gate::internal("there is no such key"))?;
        core.rotate_by_itself(&key, core.moment()?)?;
    }
    Ok(())
}
