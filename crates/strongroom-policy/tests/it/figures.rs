//! Figures: `cargo test --release -p strongroom-policy figures -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::Instant;

use strongroom_policy::{ConditionValues, Document, Layers, Request, decide};
use strongroom_types::{Action, EncryptionContext};

use crate::requests::Input;
use crate::support::*;

/// Nanoseconds of one `f`: the least of 41 runs, because other work on the machine only adds.
fn time<R>(rounds: u32, mut f: impl FnMut() -> R) -> f64 {
    let mut runs: Vec<f64> = (0..41)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..rounds {
                black_box(f());
            }
            start.elapsed().as_nanos() as f64 / f64::from(rounds)
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    runs[0]
}

const CONDITION: &str =
    "'Condition':{'StringEquals':{'kms:EncryptionContext:tenant':'42'},'StringLike':{'kms:KeySpec':'SYMMETRIC*'}}";

/// `n` statements; with `distinct`, each names another user, and only the last names alice.
fn statements(n: usize, distinct: bool, last: &str) -> String {
    let one = |at: usize| {
        let (name, value) = match at + 1 == n {
            true => ("alice".to_string(), last.to_string()),
            false if distinct => (format!("user{at}"), "42".into()),
            false => ("alice".to_string(), format!("{at}")),
        };
        let condition = CONDITION.replace("42", &value);
        format!(
            "{{'Effect':'Allow','Principal':{{'AWS':'arn:aws:iam::111122223333:user/{name}'}},'Action':['kms:Encrypt','kms:Decrypt'],'Resource':'*',{condition}}}"
        )
    };
    (0..n).map(one).collect::<Vec<_>>().join(",")
}

#[test]
#[ignore = "a measurement"]
fn figures() {
    let alice = alice();
    let input = Input { context: Some(EncryptionContext::from_pairs([("tenant", "42")]).unwrap()), ..Input::default() };
    let mut values = ConditionValues::new();
    values.fill(&input);
    let request = Request::on_key(Action::Decrypt, &alice, KEY, account(ACCOUNT), &values);
    for n in [1, 10, 100] {
        let policy = key(&statements(n, true, "42"));
        let layers = Layers::new(&policy);
        assert!(decide(&layers, &request).is_allow());
        let ns = time(4_000, || decide(black_box(&layers), black_box(&request)));
        println!("decide, {n} statements, distinct principals: {ns:.1} ns, {} B/statement", policy.size() / n);
    }
    for n in [1, 10, 90] {
        let policy = key(&statements(n, false, "42"));
        let layers = Layers::new(&policy);
        assert!(decide(&layers, &request).is_allow());
        let ns = time(400, || decide(black_box(&layers), black_box(&request)));
        println!("decide, {n} statements, worst case: {ns:.1} ns");
    }
    let ns = time(4_000, || {
        let mut values = ConditionValues::new();
        values.fill(black_box(&input));
        values.get(strongroom_types::ConditionKey::KmsKeySpec).is_some()
    });
    println!("fill the context: {ns:.1} ns");
    for n in [1, 10, 90] {
        let text = document(&statements(n, true, "42"));
        let ns = time(60, || Document::parse(black_box(&text)));
        let all = time(60, || key_policy(black_box(&text)));
        let each = all / n as f64;
        println!("{n} statements, {} B: parse {ns:.0} ns, parse+compile {all:.0} ns, {each:.0} ns each", text.len());
    }
    println!("size of ConditionValues: {} B", size_of::<ConditionValues<'_>>());
}
