//! What allocates, and how much.

use allocation_counter::measure;
use strongroom_policy::{ConditionValue as V, ConditionValues, Document, Layers, MAX_POLICY_BYTES, Request, decide};
use strongroom_types::{Action, ConditionKey as K, EncryptionContext};

use crate::generator::{Built, Rng, facts, stack};
use crate::requests::Input;
use crate::support::*;

#[test]
fn from_the_request_to_the_decision_nothing_is_allocated() {
    let policy = key(
        "{'Effect':'Deny','Principal':'*','Action':'kms:*','Resource':'*','Condition':{'NumericLessThan':{'kms:EncryptionContext:n':'3'}}},\
         {'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'kms:*','Resource':'arn:aws:kms:*:111122223333:key/*',\
          'Condition':{'StringLike':{'kms:EncryptionContext:tenant':'${aws:username}-*'},'StringLikeIfExists':{'aws:CurrentTime':'2*'},\
          'ForAllValues:StringEquals':{'kms:GrantOperations':'Encrypt'},'Bool':{'aws:PrincipalIsAWSService':'false'}}}",
    );
    let hers = [identity(
        "{'Effect':'Allow','Action':'kms:Dec*','Resource':'*','Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}}}",
    )];
    let input = Input {
        context: Some(EncryptionContext::from_pairs([("tenant", "alice-1"), ("n", "4")]).unwrap()),
        operations: Some(vec!["Encrypt".to_string()].into()),
        ..Input::default()
    };
    let tags = vec![("dept", "ops")];
    let alice = alice();
    let layers = Layers::new(&policy).identity(&hers);
    let mut allowed = false;
    let info = measure(|| {
        let mut values = ConditionValues::new();
        values.fill(&input).set(K::AwsPrincipalTag, V::Tags(&tags));
        values.set(K::AwsCurrentTime, V::Time(strongroom_types::Timestamp::from_secs(1_795_539_792)));
        values.set(K::AwsSourceIp, V::Ip([203, 0, 113, 9].into()));
        let request = Request::on_key(Action::Decrypt, &alice, KEY, account(ACCOUNT), &values);
        allowed = decide(&layers, &request).is_allow();
    });
    assert!(allowed);
    assert_eq!(info.count_total, 0);
}

#[test]
fn no_random_decision_allocates() {
    let mut rng = Rng::new(21);
    for _ in 0..1_000 {
        let built = Built::new(&stack(&mut rng));
        let facts = facts(&mut rng);
        let view = strongroom_policy::PrincipalView::new(facts.principal.clone());
        let mut values = ConditionValues::new();
        values.encryption_context(&facts.context).set(K::AwsPrincipalTag, V::Tags(&facts.tags));
        let request = Request::on_key(facts.action, &view, KEY, account(ACCOUNT), &values);
        let info = measure(|| {
            std::hint::black_box(decide(&built.layers(), &request));
        });
        assert_eq!(info.count_total, 0);
    }
}

/// Texts that make each table as long as it can be.
fn hostile() -> Vec<String> {
    let fill = |head: &str, part: &dyn Fn(usize) -> String, tail: &str| {
        let mut text = String::from(head);
        let mut at = 0;
        while text.len() + part(at).len() + tail.len() <= MAX_POLICY_BYTES {
            text += &part(at);
            at += 1;
        }
        (text.trim_end_matches(',').to_string() + tail).replace('\'', "\"")
    };
    let head = "{'Statement':[{'Effect':'Deny','Principal':'*','Action':'kms:*','Resource':'*','Condition':";
    let versioned = &head.replace("{'Statement", "{'Version':'2012-10-17','Statement");
    vec![
        fill("{'Statement':[", &|_| "{},".into(), "]}"),
        fill("{'Statement':[", &|_| "{'Effect':'Deny'},".into(), "]}"),
        fill("{'Statement':[", &|_| "{'Effect':'Deny','Principal':'*'},".into(), "]}"),
        fill("{'Statement':[{'Effect':'Deny','Principal':'*','Action':[", &|_| "'',".into(), "]}]}"),
        fill("{'Statement':[{'Effect':'Deny','Principal':'*','Resource':[", &|_| "'*',".into(), "]}]}"),
        fill("{'Statement':[{'Effect':'Deny','Principal':{'AWS':[", &|_| "'*',".into(), "]}}]}"),
        fill(
            "{'Statement':[{'Effect':'Allow','Principal':{'AWS':[",
            &|n| format!("'{n:012}',"),
            "]},'Action':'*','Resource':'*'}]}",
        ),
        fill(&format!("{head}{{'Bool':{{"), &|n| format!("'x:{n:x}':1,"), "}}}]}"),
        fill(&format!("{head}{{'Null':{{"), &|n| format!("'kms:EncryptionContext:{n:x}':'true',"), "}}}]}"),
        fill(&format!("{head}{{'StringEquals':{{'kms:KeySpec':["), &|_| "'',".into(), "]}}}]}"),
        fill(&format!("{head}{{'NumericEquals':{{'kms:KeySpec':["), &|_| "1,".into(), "]}}}]}"),
        fill(&format!("{head}{{'IpAddress':{{'aws:SourceIp':["), &|_| "'::',".into(), "]}}}]}"),
        fill(&format!("{versioned}{{'StringEquals':{{'kms:KeySpec':["), &|_| "'${a:b}',".into(), "]}}}]}"),
        fill("", &|_| "[".into(), ""),
        fill("{'a':", &|_| "{'a':".into(), ""),
        fill("\"", &|_| "\\u00e9".into(), "\""),
        fill("{'Statement':[{'Sid':'", &|_| "\\n".into(), "'}]}"),
    ]
}

#[test]
fn reading_a_document_allocates_at_most_sixteen_times_its_size_and_64_kib() {
    let mut accepted = 0;
    for text in hostile() {
        let mut peak = 0;
        let info = measure(|| accepted += usize::from(key_policy(&text).is_ok()));
        peak = peak.max(info.bytes_max);
        let start = text.chars().take(120).collect::<String>();
        println!("{:>7} bytes peak {peak:>7} ({:.1}x) {start}", text.len(), peak as f64 / text.len() as f64);
        assert!(peak <= 16 * text.len() as u64 + 65_536, "{start}");
    }
    assert!(accepted >= 4, "{accepted}");
    let long = " ".repeat(MAX_POLICY_BYTES + 1);
    assert_eq!(measure(|| assert!(Document::parse(&long).is_err())).count_total, 0);
}

#[test]
fn the_longest_compiled_policy_is_at_most_160_kib() {
    for text in hostile() {
        if let Ok(policy) = key_policy(&text) {
            assert!(policy.size() <= 160 * 1024, "{} {}", policy.size(), &text[..100]);
        }
    }
}
