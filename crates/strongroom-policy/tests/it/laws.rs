//! Laws that hold between the answers to two policies.

use serde_json::{Value, json};

use crate::generator::{Built, Rng, facts, stack, statement};
use crate::reference::Stack;

const CASES: usize = 1_500;

/// Applies `change` to random stacks, and holds `law` to the answers before and after.
fn law(seed: u64, change: impl Fn(&mut Rng, &mut Stack), law: impl Fn(bool, bool) -> bool) {
    let mut rng = Rng::new(seed);
    let mut changed = 0;
    for _ in 0..CASES {
        let before = stack(&mut rng);
        let mut after = before.clone();
        change(&mut rng, &mut after);
        let (built, rebuilt) = (Built::new(&before), Built::new(&after));
        for _ in 0..6 {
            let facts = facts(&mut rng);
            let (was, is) = (facts.decide(&built.layers()).is_allow(), facts.decide(&rebuilt.layers()).is_allow());
            changed += usize::from(was != is);
            assert!(law(was, is), "{before:#?}\n{after:#?}\n{facts:#?}");
        }
    }
    println!("{} answers, {changed} changed", CASES * 6);
}

fn statements(policy: &mut Value) -> &mut Vec<Value> {
    policy["Statement"].as_array_mut().unwrap()
}

/// One of the stack's policies, and whether it names principals.
fn any_policy<'s>(rng: &mut Rng, stack: &'s mut Stack) -> (&'s mut Value, bool) {
    if rng.percent(40) && !stack.identity.is_empty() {
        return (&mut stack.identity[0], false);
    }
    (stack.key.as_mut().unwrap(), true)
}

fn insert(rng: &mut Rng, stack: &mut Stack, deny: usize) {
    let (policy, names) = any_policy(rng, stack);
    let added = statement(rng, names, deny);
    let at = rng.below(statements(policy).len() + 1);
    statements(policy).insert(at, added);
}

#[test]
fn adding_a_deny_never_grants() {
    law(11, |rng, stack| insert(rng, stack, 100), |was, is| was || !is);
}

#[test]
fn adding_an_allow_never_revokes() {
    law(12, |rng, stack| insert(rng, stack, 0), |was, is| is || !was);
}

#[test]
fn order_and_duplicates_do_not_matter() {
    let change = |rng: &mut Rng, stack: &mut Stack| {
        for policy in stack.key.iter_mut().chain(&mut stack.identity) {
            let list = statements(policy);
            list.reverse();
            let shift = rng.below(list.len());
            list.rotate_left(shift);
            let again = list[rng.below(list.len())].clone();
            list.push(again);
        }
        stack.identity.reverse();
    };
    law(13, change, |was, is| was == is);
}

#[test]
fn one_statement_for_each_action_and_principal_is_the_same() {
    let change = |_: &mut Rng, stack: &mut Stack| {
        let policy = stack.key.as_mut().unwrap();
        let split = statements(policy).drain(..).collect::<Vec<_>>();
        for statement in split {
            let actions = match &statement["Action"] {
                Value::Array(list) if !list.is_empty() => list.clone(),
                _ => vec![Value::Null],
            };
            let names = match &statement["Principal"]["AWS"] {
                Value::Array(list) => list.clone(),
                _ => vec![Value::Null],
            };
            let service = statement["Principal"]["Service"].clone();
            for action in &actions {
                for name in &names {
                    let mut one = statement.clone();
                    if !action.is_null() {
                        one["Action"] = action.clone();
                    }
                    if !name.is_null() {
                        one["Principal"] = json!({ "AWS": name });
                        if !service.is_null() {
                            one["Principal"]["Service"] = service.clone();
                        }
                    }
                    statements(policy).push(one);
                }
            }
        }
    };
    law(14, change, |was, is| was == is);
}

#[test]
fn turning_a_policy_around_leaves_nothing_allowed_by_it() {
    // Every allow of the key policy made a deny: nothing is left that could allow.
    let change = |_: &mut Rng, stack: &mut Stack| {
        for statement in statements(stack.key.as_mut().unwrap()) {
            // What is refused in a statement that denies stays as it is; the generator makes none.
            statement["Effect"] = json!("Deny");
        }
    };
    law(15, change, |_, is| !is);
}
