//! A forked child: it has its parent's root key nowhere, and its parent's random generator twice.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use strongroom_hsm::{Custody, Error, Expect, GenerateRequest, KeyHandle, Made, MaterialUsage, Op, OutBuf, Probe};
use strongroom_hsm::{SignInput, Verb};
use strongroom_types::EncryptionContext;

use crate::support::*;

const ROLE: &str = "STRONGROOM_SOFT_FORKS";

/// A key that was made and opened before the fork.
struct Opened {
    usage: MaterialUsage,
    made: Made,
    handle: Arc<dyn KeyHandle>,
}

/// The first use that a key has.
fn use_it(custody: &dyn Custody, usage: &MaterialUsage, handle: &dyn KeyHandle) -> Result<(), Error> {
    let cells = custody.describe().capabilities.iter().filter(|cell| cell.spec == usage.spec);
    let context = EncryptionContext::default();
    let (blob, entropy) = ([1; 512], [1; 44]);
    let op = cells.map(|cell| cell.verb).find_map(|verb| match (verb, verb.usage() == Some(usage.usage)) {
        (Verb::Seal, true) => Some(Op::Seal { context: &context, message: b"m", entropy: &entropy }),
        (Verb::Sign(algorithm), true) => Some(Op::Sign { algorithm, input: SignInput::Message(b"m") }),
        (Verb::Mac(algorithm), true) => Some(Op::Mac { algorithm, message: b"m" }),
        (Verb::Decrypt(algorithm), true) => Some(Op::Decrypt { algorithm, ciphertext: &blob }),
        _ => None,
    });
    handle.run(&op.unwrap(), &mut OutBuf::with_limit(6_144))
}

/// What a forked child is told at each try, by name.
fn tries(custody: &dyn Custody, opened: &[Opened]) -> Vec<(String, Option<Error>)> {
    let mut answers = vec![
        ("probe".to_owned(), custody.probe(Probe::Answers).err()),
        ("random".to_owned(), custody.random(&mut [0; 32]).err()),
    ];
    let place = place(1);
    for Opened { usage, made, handle } in opened {
        let mut add = |what: &str, error| answers.push((format!("{what} {} {}", usage.spec, usage.usage), error));
        add("generate", custody.generate(&GenerateRequest::new(&place, usage)).err());
        let expect = Expect::new(&place, usage, made.identity());
        add("open", custody.open(made.token(), &expect).err());
        add("use", use_it(custody, usage, &**handle).err());
    }
    answers
}

#[test]
fn in_a_forked_child_no_key_of_any_kind_is_made_opened_or_used() {
    if std::env::var_os(ROLE).is_some() {
        return in_a_fork();
    }
    // In a process of its own: a fork has none of its parent's other threads.
    let test = "forks::in_a_forked_child_no_key_of_any_kind_is_made_opened_or_used";
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(ROLE, "").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{}", text.lines().find(|line| line.contains("refused in the child")).unwrap());
}

fn in_a_fork() {
    let custody = custody();
    let place = place(1);
    let opened: Vec<_> = kinds(&custody)
        .into_iter()
        .map(|usage| {
            let made = generate(&custody, &place, &usage);
            let handle = open(&custody, &place, &usage, &made);
            Opened { usage, made, handle }
        })
        .collect();
    // What is refused in the child works here, before and after.
    let works = || {
        let refused: Vec<_> = tries(&custody, &opened).into_iter().filter(|(_, error)| error.is_some()).collect();
        // Nothing was encrypted to the RSA keys.
        assert!(refused.iter().all(|(what, _)| what.starts_with("use RSA")), "{refused:?}");
    };
    works();
    let pid = match fork::fork().unwrap() {
        fork::Fork::Child => {
            let answers = tries(&custody, &opened);
            let served: Vec<_> = answers.iter().filter(|(_, error)| *error != Some(Error::forked())).collect();
            println!("\n{} of {} refused in the child", answers.len() - served.len(), answers.len());
            if !served.is_empty() {
                println!("not refused: {served:?}");
            }
            std::process::exit(i32::from(!served.is_empty()));
        }
        fork::Fork::Parent(pid) => pid,
    };
    let start = Instant::now();
    let status = loop {
        match fork::waitpid_nohang(pid).unwrap() {
            Some(status) => break status,
            None if start.elapsed().as_secs() > 20 => {
                let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
                panic!("the fork hangs");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert_eq!(status, 0);
    works();
}
