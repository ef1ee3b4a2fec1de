//! What a key costs after 1, 100 and 10,000 rotations by date: the 10,000th version costs what the first does.
#![allow(clippy::unwrap_used, reason = "a bench that can't be set up has nothing to say")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use strongroom::{Caller, Client, Clock, KeyClosure, Kms, Options, Timestamp};
use strongroom_benches::{Case, is_smoke, print_beside_floor};

/// A clock that goes on by days.
#[derive(Debug, Clone, Default)]
struct Days(Arc<AtomicI64>);

impl Clock for Days {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_772_323_200 + self.0.load(Ordering::Relaxed) * 86_400)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// A key that was rotated so often, what its first version sealed, and its clock.
struct Rotated {
    _kms: Kms,
    client: Client,
    key: String,
    first: Vec<u8>,
    clock: Days,
}

impl Rotated {
    fn new(times: usize) -> Self {
        let clock = Days::default();
        let unlock = KeyClosure::new(|key| {
            key.fill(7);
            Ok(())
        });
        let kms = Kms::in_memory_with(Options::new(unlock).clock(clock.clone())).unwrap();
        let client = kms.client(Caller::root()).unwrap();
        let key = client.create_key().send().unwrap().key_metadata.key_id;
        client.enable_key_rotation(&*key).rotation_period_in_days(90).send().unwrap();
        let first = client.encrypt(&*key, "first").send().unwrap().ciphertext_blob;
        let this = Self { _kms: kms, client, key, first, clock };
        (1..times).for_each(|_| this.rotate());
        this
    }

    /// The date comes, and whoever uses the key next has it rotated.
    fn rotate(&self) {
        self.clock.0.fetch_add(91, Ordering::Relaxed);
        self.encrypt();
    }

    fn encrypt(&self) {
        black_box(self.client.encrypt(&*self.key, [7; 32]).send().unwrap());
    }

    fn decrypt_oldest(&self) {
        black_box(self.client.decrypt(&*self.first).send().unwrap());
    }

    fn status(&self) {
        black_box(self.client.get_key_rotation_status(&*self.key).send().unwrap());
    }

    fn rotations(&self) {
        black_box(self.client.list_key_rotations(&*self.key).limit(10).send().unwrap());
    }
}

fn main() {
    let (one, some, many) = (Rotated::new(1), Rotated::new(100), Rotated::new(if is_smoke() { 200 } else { 10_000 }));
    let compare = |title: &str, run: fn(&Rotated)| {
        print_beside_floor(
            title,
            &mut [
                Case::new("1 version", || run(&one)),
                Case::new("100 versions", || run(&some)),
                Case::new("10,000 versions", || run(&many)),
            ],
        );
    };
    compare("Encrypt 32 B", Rotated::encrypt);
    compare("Decrypt of what the first version sealed", Rotated::decrypt_oldest);
    compare("GetKeyRotationStatus", Rotated::status);
    compare("the first page of ListKeyRotations", Rotated::rotations);
    // Last, since it makes versions: some thousands more for each key.
    compare("a rotation by date, with the Encrypt that has it done", Rotated::rotate);
}
