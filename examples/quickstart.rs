//! Makes a strongroom on disk, seals files with a key of it, rotates the key, opens everything again, shows a call
//! refused and why, and finds what was tampered with.
//!
//! `cargo run --release --example quickstart -- [FILE or FOLDER]` (without one: the repository's own `docs/`)

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use strongroom::{Caller, EncryptionContext, Filter, Kms, Options, Passphrase, verify_record};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The archivist seals and never opens; the reader opens. The account's own administrator keeps the key.
const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Administration", "Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
    {"Sid": "Archive", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/archivist"},
     "Action": "kms:GenerateDataKey", "Resource": "*"},
    {"Sid": "ReadBack", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/reader"},
     "Action": "kms:Decrypt", "Resource": "*"},
    {"Sid": "ArchivistsNeverRead", "Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:user/archivist"},
     "Action": "kms:Decrypt", "Resource": "*"}
  ]
}"#;

fn main() -> Result<()> {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
    let files = files_in(Path::new(&std::env::args().nth(1).unwrap_or(docs.to_owned())))?;
    let out = Path::new("quickstart-out").join(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis().to_string());
    let (room, sealed) = (out.join("room"), out.join("sealed"));
    fs::create_dir_all(&sealed)?;
    let options = || Options::new(Passphrase::new(b"correct horse battery staple".as_slice()));

    println!("1. A strongroom in {}", room.display());
    let kms = Kms::create(&room, options())?;
    let root = kms.client(Caller::root())?;
    let key = root.create_key().description("the archive").policy(POLICY).send()?.key_metadata.key_id;
    root.create_alias("alias/archive", &*key).send()?;
    println!("   key {key}, alias/archive, for two principals");

    println!("2. Sealing {} files as `archivist`", files.len());
    let archive = kms.client(Caller::user("archivist"))?.data_keys("alias/archive");
    let (started, mut bytes) = (Instant::now(), 0);
    for (at, file) in files.iter().enumerate() {
        let to = BufWriter::new(File::create(sealed.join(format!("{at}.sealed")))?);
        let mut encryptor = archive.envelope().encryptor(to, &context(file)?)?;
        bytes += io::copy(&mut File::open(file)?, &mut encryptor)?;
        encryptor.finish()?.flush()?;
        progress(at + 1, files.len());
    }
    let sealing = bytes as f64 / 1e6 / started.elapsed().as_secs_f64();

    println!("\n3. Rotating the key, closing, opening again");
    root.rotate_key_on_demand(&*key).send()?;
    kms.close()?;
    let kms = Kms::open(&room, options())?;

    println!("4. Opening every file as `reader`, and comparing");
    let reader = kms.client(Caller::user("reader"))?.data_keys("alias/archive");
    let started = Instant::now();
    for (at, file) in files.iter().enumerate() {
        let from = BufReader::new(File::open(sealed.join(format!("{at}.sealed")))?);
        let mut opened = reader.envelope().expect_context(context(file)?).decryptor(from)?;
        if !same(&mut opened, &mut File::open(file)?)? {
            return Err(format!("{} came back changed", file.display()).into());
        }
        progress(at + 1, files.len());
    }
    let opening = bytes as f64 / 1e6 / started.elapsed().as_secs_f64();

    println!("\n5. The archivist tries to read");
    let mut first = fs::read(sealed.join("0.sealed"))?;
    let refused = kms.client(Caller::user("archivist"))?.data_keys("alias/archive").envelope().open(&first);
    println!("   refused: {}", refused.err().ok_or("the archivist was let in")?);
    let event = kms.record().filter(Filter::new().failed()).iter()?.last().ok_or("nothing was recorded")??;
    let decision = event.record.decision().ok_or("the event has no decision")?;
    println!("   event {} says: `{}` of the {}", event.index, decision.statement.unwrap_or("?"), decision.layer);

    println!("6. Somebody changes one byte of a sealed file, and one of the record");
    first.last_mut().into_iter().for_each(|byte| *byte ^= 1);
    println!("   the file:   {}", reader.envelope().open(&first).err().ok_or("the change was not found")?);
    let calls = kms.record().iter()?.filter(|event| event.as_ref().is_ok_and(|e| e.is_call())).count();
    let (verifying_key, closed) = (kms.verifying_key()?, kms.close()?);
    let segment = room.join("log/0000000000000000.log");
    let original = fs::read(&segment)?;
    let mut changed = original.clone();
    changed.last_mut().into_iter().for_each(|byte| *byte ^= 1);
    for bytes in [changed, original] {
        fs::write(&segment, bytes)?;
        let report = verify_record(&room, &verifying_key, std::slice::from_ref(&closed.checkpoint))?;
        println!("   the record: {:?}, first bad leaf: {:?}", report.outcome, report.first_bad);
    }

    println!("\n{} files, {bytes} bytes, sealed at {sealing:.0} MB/s, opened at {opening:.0} MB/s", files.len());
    println!("{calls} calls, {} events, checkpoint:\n{}", closed.events, closed.checkpoint.note);
    println!("The sealed files are in {}, the record is in {}/log", sealed.display(), room.display());
    Ok(())
}

fn files_in(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        files.extend(files_in(&entry?.path())?);
    }
    files.sort();
    Ok(files)
}

fn context(file: &Path) -> Result<EncryptionContext> {
    Ok(EncryptionContext::from_pairs([("file", file.to_string_lossy())])?)
}

fn same(left: &mut impl Read, right: &mut impl Read) -> io::Result<bool> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    loop {
        a.clear();
        b.clear();
        left.by_ref().take(1 << 20).read_to_end(&mut a)?;
        right.by_ref().take(1 << 20).read_to_end(&mut b)?;
        if a != b || a.is_empty() {
            return Ok(a == b);
        }
    }
}

fn progress(done: usize, all: usize) {
    print!("\r   {done}/{all} files");
    let _ = io::stdout().flush();
}
