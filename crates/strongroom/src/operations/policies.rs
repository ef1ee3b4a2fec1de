//! Key policies are read and replaced, whole.

use strongroom_api::types::{
    GetKeyPolicyRequest, GetKeyPolicyResponse, ListKeyPoliciesRequest, ListKeyPoliciesResponse, NoOutput,
    PutKeyPolicyRequest,
};
use strongroom_api::{ErrorCode, KmsError, ops};

use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::Authorized;
use crate::trace::Learned;
use crate::{Error, policies};

const DEFAULT: &str = "default";
const RAM: &str = "AWS_RAM";

fn no_such_policy(name: &str) -> KmsError {
    KmsError::new(ErrorCode::NotFound, format!("No such policy exists: {name}"))
}

impl Handler for ops::PutKeyPolicy {
    fn check(input: &PutKeyPolicyRequest) -> Result<(), KmsError> {
        match input.policy_name.as_deref() {
            None | Some(DEFAULT) => Ok(()),
            Some(RAM) => Err(KmsError::ram_policy()),
            Some(other) => Err(no_such_policy(other)),
        }
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a PutKeyPolicyRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let bypass = input.bypass_policy_lockout_safety_check == Some(true);
        let digest = policies::accept(act, &input.policy, &key.arn, bypass)?;
        let changes = strongroom_keys::put_policy(&key.arn, &key.loaded, digest, &input.policy);
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::GetKeyPolicy {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a GetKeyPolicyRequest,
    ) -> Result<Effect<'a, GetKeyPolicyResponse>, Error> {
        match input.policy_name.as_deref() {
            None | Some(DEFAULT) => {}
            Some(other) => return Err(no_such_policy(other).into()),
        }
        let policy = proof.key()?.policy.document.clone();
        let output = GetKeyPolicyResponse::new(policy, DEFAULT);
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}

impl Handler for ops::ListKeyPolicies {
    fn check(input: &ListKeyPoliciesRequest) -> Result<(), KmsError> {
        match input.marker {
            // A page of one name never ends with one, and the operation declares no InvalidMarkerException.
            Some(_) => Err(KmsError::validation("Invalid marker")),
            None => Ok(()),
        }
    }

    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a ListKeyPoliciesRequest,
    ) -> Result<Effect<'a, ListKeyPoliciesResponse>, Error> {
        let output = ListKeyPoliciesResponse::new([DEFAULT.to_owned()], false);
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}
