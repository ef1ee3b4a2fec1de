//! The compiled form against the reference, on random policies.

use std::collections::BTreeMap;

use strongroom_policy::{Decision, Layer, Reason};

use crate::generator::{Built, Rng, facts, stack};
use crate::reference::{Verdict, evaluate};

fn verdict(decision: &Decision) -> Verdict {
    match decision.reason {
        Reason::KeyPolicyAllows | Reason::IdentityAllows | Reason::RootUser => Verdict::Allow,
        Reason::ExplicitDeny => Verdict::ExplicitDeny,
        Reason::Unevaluable => Verdict::Unevaluable,
        Reason::NotCrossAccount => Verdict::NotCrossAccount,
        Reason::NoAllow(Layer::KeyPolicy) => Verdict::NoKeyAllow,
        Reason::NoAllow(Layer::Identity) => Verdict::NoIdentityAllow,
        Reason::NoAllow(Layer::Boundary) => Verdict::NoBoundaryAllow,
        Reason::NoAllow(Layer::Session) => Verdict::NoSessionAllow,
        Reason::NoAllow(Layer::ServiceControl) => Verdict::NoServiceControlAllow,
        other => panic!("{other:?}"),
    }
}

/// `STRONGROOM_POLICY_CASES` asks for more, `STRONGROOM_POLICY_SEED` for others.
fn setting(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or)
}

#[test]
fn the_compiled_form_decides_as_the_reference_does() {
    let (cases, seed) = (setting("STRONGROOM_POLICY_CASES", 120_000), setting("STRONGROOM_POLICY_SEED", 1));
    let mut rng = Rng::new(seed);
    let mut counts: BTreeMap<Verdict, u64> = BTreeMap::new();
    let mut done = 0;
    while done < cases {
        let stack = stack(&mut rng);
        let built = Built::new(&stack);
        for _ in 0..8 {
            let facts = facts(&mut rng);
            let expected = evaluate(&stack, &facts.question());
            let decision = facts.decide(&built.layers());
            let found = verdict(&decision);
            assert_eq!(found, expected, "seed {seed}, case {done}\n{stack:#?}\n{facts:#?}\n{decision:?}");
            assert_eq!(decision.is_allow(), expected == Verdict::Allow);
            *counts.entry(expected).or_default() += 1;
            done += 1;
        }
    }
    let allow = counts[&Verdict::Allow];
    let explicit = counts[&Verdict::ExplicitDeny] + counts[&Verdict::Unevaluable];
    let implicit = done - allow - explicit;
    println!(
        "{done} cases, seed {seed}: {allow} allow, {explicit} explicit deny, {implicit} implicit deny; {counts:?}"
    );
    for share in [allow, explicit, implicit] {
        assert!(share * 5 >= done, "a class of verdicts below 20 %");
    }
}
