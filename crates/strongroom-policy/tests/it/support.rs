//! Short ways to say what tests say often.

use std::sync::Arc;

use strongroom_policy::{
    CompileContext, Compiled, ConditionValues, Decision, Document, Layers, PolicyError, PrincipalView, Request,
    compile_identity_policy, compile_key_policy, decide,
};
use strongroom_types::{AccountId, Action, Partition, Principal, Region};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";
pub(crate) const KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(crate) fn account(text: &str) -> AccountId {
    text.parse().unwrap()
}

pub(crate) fn partition() -> Partition {
    "us-west-2".parse::<Region>().unwrap().partition()
}

pub(crate) fn context() -> CompileContext {
    CompileContext::new(partition(), account(ACCOUNT))
}

pub(crate) fn key_policy(text: &str) -> Result<Compiled, PolicyError> {
    compile_key_policy(&Document::parse(text)?, &context())
}

pub(crate) fn identity_policy(text: &str) -> Result<Compiled, PolicyError> {
    compile_identity_policy(&Document::parse(text)?, &context())
}

/// A key policy of these statements; `'` stands for `"`.
pub(crate) fn key(statements: &str) -> Compiled {
    key_policy(&document(statements)).unwrap_or_else(|e| panic!("{statements}: {e} {:?}", e.findings()))
}

pub(crate) fn identity(statements: &str) -> Arc<Compiled> {
    Arc::new(identity_policy(&document(statements)).unwrap_or_else(|e| panic!("{statements}: {e} {:?}", e.findings())))
}

pub(crate) fn document(statements: &str) -> String {
    format!("{{'Version':'2012-10-17','Statement':[{statements}]}}").replace('\'', "\"")
}

pub(crate) fn user(account_id: &str, name: &str) -> PrincipalView {
    PrincipalView::new(Principal::user(partition(), account(account_id), name, "AIDAEXAMPLE"))
}

pub(crate) fn alice() -> PrincipalView {
    user(ACCOUNT, "alice")
}

pub(crate) fn root(account_id: &str) -> PrincipalView {
    PrincipalView::new(Principal::root(partition(), account(account_id)))
}

pub(crate) fn session() -> PrincipalView {
    let account = account(ACCOUNT);
    PrincipalView::new(Principal::assumed_role(partition(), account, "team/app", "i-1", "AROAEXAMPLE"))
}

pub(crate) fn federated() -> PrincipalView {
    PrincipalView::new(Principal::federated_user(partition(), account(ACCOUNT), "carol"))
}

pub(crate) fn service() -> PrincipalView {
    PrincipalView::new(Principal::service("s3.amazonaws.com"))
}

pub(crate) fn ask_with(
    layers: &Layers<'_>,
    who: &PrincipalView,
    action: Action,
    values: &ConditionValues<'_>,
) -> Decision {
    decide(layers, &Request::on_key(action, who, KEY, account(ACCOUNT), values).cross_account_capable())
}

/// May `who` decrypt with the key, with nothing else known?
pub(crate) fn ask(layers: &Layers<'_>, who: &PrincipalView) -> Decision {
    ask_with(layers, who, Action::Decrypt, &ConditionValues::new())
}

pub(crate) fn allows(policy: &Compiled, who: &PrincipalView, action: Action, values: &ConditionValues<'_>) -> bool {
    ask_with(&Layers::new(policy), who, action, values).is_allow()
}
