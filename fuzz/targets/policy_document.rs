//! Policy documents: parsed, compiled as key policy and as identity policy, and asked.
#![no_main]

use std::sync::Arc;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::bounded;
use strongroom_policy::{
    CompileContext, ConditionValues, Document, Layers, PrincipalView, Request, compile_identity_policy,
    compile_key_policy, decide,
};
use strongroom_types::{Action, EncryptionContext, Principal, Region};

const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

struct Fixed {
    compile: [CompileContext; 2],
    callers: Vec<PrincipalView>,
    context: EncryptionContext,
}

fn fixed() -> &'static Fixed {
    static FIXED: OnceLock<Fixed> = OnceLock::new();
    FIXED.get_or_init(|| {
        let account = "111122223333".parse().unwrap();
        let partition = "eu-west-1".parse::<Region>().unwrap().partition();
        let other = "444455556666".parse().unwrap();
        Fixed {
            compile: [CompileContext::new(partition, account), CompileContext::new(partition, account).strict()],
            callers: vec![
                PrincipalView::new(Principal::root(partition, account)),
                PrincipalView::new(Principal::user(partition, account, "alice", "AIDAEXAMPLE")),
                PrincipalView::new(Principal::root(partition, other)),
            ],
            context: EncryptionContext::from_pairs([("tenant", "42")]).unwrap(),
        }
    })
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let fixed = fixed();
    bounded(data.len(), || match Document::parse(text) {
        Err(error) => drop(error.to_string()),
        Ok(document) => {
            assert!(!document.is_empty());
            for finding in document.findings() {
                let _ = finding.position(text);
            }
            for compile in &fixed.compile {
                ask(&document, compile, fixed);
            }
        }
    });
});

fn ask(document: &Document, compile: &CompileContext, fixed: &Fixed) {
    let account = "111122223333".parse().unwrap();
    let key = compile_key_policy(document, compile);
    let identity = compile_identity_policy(document, compile).ok().map(Arc::new);
    let mut values = ConditionValues::new();
    values.encryption_context(&fixed.context);
    for caller in &fixed.callers {
        let request = Request::on_key(Action::Decrypt, caller, ARN, account, &values).cross_account_capable();
        let layers = key.as_ref().map_or_else(|_| Layers::without_key(), Layers::new);
        let alone = decide(&layers, &request);
        let both = decide(&layers.identity(identity.as_slice()), &request);
        let _ = both.explanation(&request).to_string();
        // Without a key policy that compiled, nothing is allowed on a key.
        assert!(key.is_ok() || !(alone.is_allow() || both.is_allow()));
    }
}
