//! A strongroom for a test, in one line.

use std::sync::Arc;

use strongroom_hsm::hostile::Faulty;
use strongroom_soft::{KeyClosure, SoftCustody};

use super::script::ScriptedRandom;
use super::{FakeClock, PredictableRandom, Script, ScriptedLog};
use crate::sync::lock;
use crate::{Error, Kms, Options};

/// A strongroom whose every byte follows from a seed and from the calls that were made, with what a test turns.
#[derive(Debug)]
#[non_exhaustive]
pub struct Room {
    /// The strongroom.
    pub kms: Kms,
    /// Its clock.
    pub clock: FakeClock,
    /// What fails, and when.
    pub script: Script,
    /// The files of its record.
    pub log: ScriptedLog,
    seed: u64,
}

/// A strongroom in memory of this seed. There is no thread in it: its record is synced by whoever needs that.
///
/// # Errors
/// No locked memory.
pub fn strongroom(seed: u64) -> Result<Room, Error> {
    strongroom_with(seed, |options| options)
}

/// The same, with options of one's own on top: an account, a Region, a provider whose random bytes are the seed's.
///
/// # Errors
/// No locked memory.
pub fn strongroom_with(seed: u64, more: impl FnOnce(Options) -> Options) -> Result<Room, Error> {
    let (clock, script) = (FakeClock::new(), Script::new());
    let log = ScriptedLog::new(Arc::clone(&script.points));
    let options = more(options(seed, seed, &clock, &script));
    let kms = Kms::create_in(Arc::clone(&script.store) as Arc<dyn crate::Store>, Arc::new(log.clone()), options)?;
    Ok(Room { kms, clock, script, log, seed })
}

impl Room {
    /// The same strongroom after its process ended and another began, `run` telling it from others: closed without
    /// a word, then opened from what store and record have.
    ///
    /// # Errors
    /// Those of [`Kms::open_in`].
    pub fn reopen(self, run: u64) -> Result<Self, Error> {
        let Self { kms, clock, script, log, seed } = self;
        drop(kms);
        let draws = seed.rotate_left(32) ^ run;
        let options = options(seed, draws, &clock, &script);
        let kms = Kms::open_in(Arc::clone(&script.store) as Arc<dyn crate::Store>, Arc::new(log.clone()), options)?;
        Ok(Self { kms, clock, script, log, seed })
    }
}

fn options(seed: u64, draws: u64, clock: &FakeClock, script: &Script) -> Options {
    let unlock = KeyClosure::new(move |key| {
        key.iter_mut().zip(seed.to_be_bytes().iter().cycle()).for_each(|(place, byte)| *place = *byte);
        Ok(())
    });
    let mut provider = strongroom_rustcrypto::provider().named("rustcrypto with predictable random bytes");
    let inner = PredictableRandom::from_seed(draws);
    provider.random = Arc::new(ScriptedRandom { inner, points: Arc::clone(&script.points) });
    // A strongroom that is opened again has another root key in its hands, and so another custody.
    let custody = Arc::clone(&script.custody);
    Options::new(unlock).provider(provider).clock(clock.clone()).sync_in_place().custody(move |root| {
        let faulty = Faulty::new(Arc::new(SoftCustody::new(root.clone())));
        *lock(&custody) = Some(faulty.clone());
        Box::new(faulty)
    })
}
