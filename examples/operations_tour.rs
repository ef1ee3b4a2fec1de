//! What a strongroom does around its keys: rotation by date, a key that AWS would manage, many decryptions in one call, a
//! backup, and a restore on another passphrase.
//!
//! `cargo run --release --example operations_tour`

use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use strongroom::types::DecryptRequest;
use strongroom::{Caller, Clock, Kms, Options, Passphrase, RestoreOptions, SystemClock, Timestamp, ops};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let home = Path::new("operations-tour-out").join(std::process::id().to_string());
    fs::create_dir_all(&home)?;
    let clock = Days::default();
    let passphrase = |text: &str| Passphrase::new(text.as_bytes());
    let options = |text: &str| Options::new(passphrase(text)).clock(clock.clone());
    let kms = Kms::create(home.join("room"), options("the old passphrase"))?;
    let root = kms.client(Caller::root())?;

    println!("1. Rotation by date");
    let key = root.create_key().description("orders").send()?.key_metadata.key_id;
    root.create_alias("alias/orders", &*key).send()?;
    root.enable_key_rotation(&*key).rotation_period_in_days(90).send()?;
    let before = root.encrypt("alias/orders", "in March").send()?.ciphertext_blob;
    clock.pass(91); // nobody has to be there: whoever uses the key next has it rotated
    let after = root.encrypt("alias/orders", "in June").send()?.ciphertext_blob;
    let rotations = root.list_key_rotations(&*key).send()?.rotations;
    println!("   rotated {} time(s); what was sealed before opens as ever", rotations.len());
    assert_eq!(root.decrypt(&*before).send()?.plaintext.expose_secret(), b"in March");
    let next = root.get_key_rotation_status(&*key).send()?.next_rotation_date.ok_or("rotation is on")?;
    println!("   the next is due at {next}");

    println!("2. A key that the account sees and only the service uses");
    let alice = Caller::user("alice").identity_policy(ALL)?;
    let through_s3 = kms.client(alice.clone().via_service("s3.us-east-1.amazonaws.com"))?;
    let object_key = through_s3.generate_data_key("alias/aws/s3", 32).send()?;
    println!("   made on first use: {}", object_key.key_id);
    if let Err(refused) = kms.client(alice)?.decrypt(&*object_key.ciphertext_blob).send() {
        println!("   without the service even an administrator gets: {refused}");
    }

    println!("3. A batch: a thousand cards, one append to the record");
    let seal = |n: u32| root.encrypt("alias/orders", format!("card {n}")).send();
    let cards = (0..1_000).map(|n| Ok(seal(n)?.ciphertext_blob)).collect::<Result<Vec<_>>>()?;
    let requests: Vec<_> = cards.iter().map(|card| DecryptRequest::new().ciphertext_blob(card.as_slice())).collect();
    let (one_by_one, _) =
        timed(|| requests.iter().map(|request| root.run::<ops::Decrypt>(request)).collect::<Vec<_>>());
    let (at_once, opened) = timed(|| root.batch::<ops::Decrypt>(&requests));
    let whole = opened?.iter().filter(|result| result.is_ok()).count();
    println!("   {whole} opened: one by one {one_by_one:.1?}, at once {at_once:.1?}");

    println!("4. A backup, while calls go on");
    let file = home.join("monday.backup");
    let mut to = File::create(&file)?;
    let report = kms.backup(&mut to)?;
    to.flush().and_then(|()| to.sync_all())?;
    println!("   {} records, {} bytes, as of revision {}", report.records, report.bytes, report.revision);
    root.schedule_key_deletion(&*key).pending_window_in_days(7).send()?; // on Tuesday somebody makes a mistake
    println!("   {}", kms.status()?.to_string().replace('\n', "\n   "));
    drop((root, through_s3));
    kms.close()?;

    println!("5. Restored from Monday, on another passphrase");
    let restore = RestoreOptions::new().acknowledge_rollback("a key was scheduled for deletion by mistake");
    let restore = restore.unlock(passphrase("a new passphrase"));
    let (kms, report) = Kms::restore(File::open(&file)?, home.join("again"), options("the old passphrase"), restore)?;
    kms.close()?;
    let kms = Kms::open(home.join("again"), options("a new passphrase"))?;
    let root = kms.client(Caller::root())?;
    assert_eq!(root.decrypt(&*after).send()?.plaintext.expose_secret(), b"in June");
    println!(
        "   {} records, in a store of epoch {}; what nobody can know without the record:",
        report.records, report.epoch
    );
    report.unknown.iter().for_each(|what| println!("     - {what}"));
    let _due = kms.spawn_due(Duration::from_secs(60))?; // from here on due work is done in time, by a thread
    println!(
        "6. Everything that happened is in the record, the restore first: {} events",
        kms.record().iter()?.count()
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let done = work();
    (started.elapsed(), done)
}

/// All of KMS, as far as key policies leave it to the account.
const ALL: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}"#;

/// The system's clock, and days that the tour lets go by.
#[derive(Debug, Clone, Default)]
struct Days(SystemClock, Arc<AtomicI64>);

impl Days {
    fn pass(&self, days: i64) {
        self.1.fetch_add(days, Ordering::Relaxed);
    }
}

impl Clock for Days {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.0.now().as_nanos() + self.1.load(Ordering::Relaxed) * 86_400_000_000_000)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}
