//! An endpoint of AWS KMS on this machine, for AWS's tools and for tests: `--help` says how to use it.
//!
//! `cargo run --release --example aws_endpoint -- --listen 127.0.0.1:8080`

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use strongroom::{Caller, KeyClosure, Kms, Operation, Options, Secret};
use strongroom_aws::{Credential, CredentialTable, KmsService, server};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const HELP: &str = "\
Serves AWS KMS's own protocol, so that the AWS CLI and the AWS SDKs work against this machine.

  --listen ADDRESS     where: 127.0.0.1:8080 if not given; port 0 takes a free one
  --dir DIR            keep keys and record in this folder, made if it is missing; without it they are gone at the end
  --account ID         the account that is made: 000000000000 if not given
  --region NAME        its default Region: us-east-1 if not given. A call is in the Region that it was signed for
  --credentials FILE   who may call, with which policies: refused, as this version reads none yet;
                       without it the access key `test` with the secret `test` is the root of the account
  --danger-listen-beyond-loopback
                       accept any address in --listen: plaintexts then cross the network unencrypted
  --operations         list the 56 operations, and which of them are served
  --help               this

With --dir the root key is unlocked by 32 random bytes in the file DIR.key, made beside the folder and readable by its
owner alone. Whoever has both has the keys: this is an endpoint for tools and tests. Copy both, or neither.
SIGTERM and SIGINT end it: what came in is answered, and everything recorded is on the disk.
";

/// What the command line says.
#[derive(Debug, Default)]
struct Arguments {
    listen: Option<String>,
    dir: Option<PathBuf>,
    account: Option<String>,
    region: Option<String>,
    credentials: Option<PathBuf>,
    beyond_loopback: bool,
    operations: bool,
    help: bool,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        fn once<T>(slot: &mut Option<T>, flag: &str, value: Option<String>) -> Result<()>
        where
            T: From<String>,
        {
            let value =
                value.filter(|value| !value.starts_with("--")).ok_or_else(|| format!("{flag} needs a value"))?;
            match slot.replace(value.into()) {
                None => Ok(()),
                Some(_) => Err(format!("{flag} stands twice").into()),
            }
        }
        let mut found = Self::default();
        while let Some(flag) = words.next() {
            match flag.as_str() {
                "--listen" => once(&mut found.listen, &flag, words.next())?,
                "--dir" => once(&mut found.dir, &flag, words.next())?,
                "--account" => once(&mut found.account, &flag, words.next())?,
                "--region" => once(&mut found.region, &flag, words.next())?,
                "--credentials" => once(&mut found.credentials, &flag, words.next())?,
                "--danger-listen-beyond-loopback" => found.beyond_loopback = true,
                "--operations" => found.operations = true,
                "--help" | "-h" => found.help = true,
                _ => return Err(format!("`{flag}` is unknown; --help lists what is known").into()),
            }
        }
        Ok(found)
    }
}

fn main() -> std::process::ExitCode {
    let done = Arguments::parse(std::env::args().skip(1)).and_then(|arguments| match arguments {
        Arguments { help: true, .. } => say(HELP),
        Arguments { operations: true, .. } => say(&operations()),
        arguments => tokio::runtime::Runtime::new()?.block_on(run(&arguments)),
    });
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aws_endpoint: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(out.write_all(text.as_bytes()).and_then(|()| out.flush())?)
}

fn operations() -> String {
    let served: Vec<Operation> = strongroom::served().collect();
    let is_served = |operation| if served.contains(operation) { "served" } else { "not yet" };
    let all = Operation::ALL.iter().map(|one| format!("{:<36} {}\n", one.as_str(), is_served(one)));
    all.chain([format!("{} of {} operations are served\n", served.len(), Operation::ALL.len())]).collect()
}

async fn run(arguments: &Arguments) -> Result<()> {
    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = async move { tokio::select!(_ = terminated.recv() => (), _ = interrupted.recv() => ()) };
    let address = address(arguments).await?;
    let kms = strongroom(arguments)?;
    let credentials = match &arguments.credentials {
        Some(file) => return Err(format!("{}: credentials files are not read yet", file.display()).into()),
        None => CredentialTable::from_iter([Credential::new("test", Secret::from("test"), kms.bind(Caller::root())?)]),
    };
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let due = kms.spawn_due(Duration::from_secs(60))?;
    say(&format!("listening on http://{}\n", listener.local_addr()?))?;
    let served = server::serve(listener, KmsService::new(kms.clone(), credentials), stop).await;
    drop(due);
    // Nobody may be left who reads it.
    let _ = say(&format!("closed: {} events in the record\n", kms.close()?.events));
    Ok(served.map_err(|_| "some requests were still running and were cut off")?)
}

/// Where to listen.
async fn address(arguments: &Arguments) -> Result<SocketAddr> {
    let listen = arguments.listen.as_deref().unwrap_or("127.0.0.1:8080");
    let found = tokio::net::lookup_host(listen).await.map_err(|error| format!("--listen {listen}: {error}"))?;
    let found: Vec<SocketAddr> = found.collect();
    if !arguments.beyond_loopback && !found.iter().all(|address| address.ip().is_loopback()) {
        let why = "is not on loopback, and there is no TLS here";
        return Err(format!("--listen {listen} {why}: see --danger-listen-beyond-loopback in --help").into());
    }
    Ok(*found.first().ok_or("--listen: no address")?)
}

/// The strongroom: in memory, or opened, or made.
fn strongroom(arguments: &Arguments) -> Result<Kms> {
    let Arguments { dir, account, region, .. } = arguments;
    let key = Arc::new(dir.as_deref().map_or_else(fresh_key, key_beside)?);
    let options = || -> Result<Options> {
        let key = Arc::clone(&key);
        let unlock = KeyClosure::new(move |kek| {
            kek.copy_from_slice(key.expose_secret().get(..32).ok_or("a key has 32 bytes")?);
            Ok(())
        });
        let account = account.as_deref().unwrap_or("000000000000");
        Ok(Options::new(unlock).account(account)?.region(region.as_deref().unwrap_or("us-east-1"))?)
    };
    let Some(dir) = dir else { return Ok(Kms::in_memory_with(options()?)?) };
    let kms = match Kms::open(dir, options()?) {
        Err(strongroom::Error::Missing(_)) => Kms::create(dir, options()?)?,
        opened => opened?,
    };
    for (flag, named, is) in
        [("account", account, kms.account().to_string()), ("region", region, kms.region().to_string())]
    {
        if named.as_ref().is_some_and(|named| *named != is) {
            return Err(format!("--{flag}: the strongroom in {} was made with {is}", dir.display()).into());
        }
    }
    Ok(kms)
}

/// 32 random bytes, from a strongroom that is gone at once.
fn fresh_key() -> Result<Secret> {
    Ok(Kms::in_memory()?.client(Caller::root())?.generate_random(32).send()?.plaintext)
}

/// The key in the file beside a folder, made for a folder that does not hold anything yet.
fn key_beside(dir: &Path) -> Result<Secret> {
    let path =
        dir.with_file_name(format!("{}.key", dir.file_name().ok_or("--dir: this folder has no name")?.display()));
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    if path.try_exists()? {
        if fs::metadata(&path)?.permissions().mode() & 0o077 != 0 {
            return Err(told(&"others can read this key: `chmod 600` it").into());
        }
        return Ok(Secret::with(32, |key| File::open(&path)?.read_exact(key)).map_err(|error| told(&error))?);
    }
    if fs::read_dir(dir).is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(told(&format!("the key of {} is missing", dir.display())).into());
    }
    let key = fresh_key()?;
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(|error| told(&error))?;
    file.write_all(key.expose_secret())?;
    file.sync_all()?;
    Ok(key)
}
