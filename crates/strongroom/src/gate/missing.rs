//! What is not there: who may be told so, and in which words.

use strongroom_api::{ErrorCode, KmsError};
use strongroom_policy::Request;
use strongroom_types::row::{KeyMember, KeyRole, On, Permission};
use strongroom_types::{AccountId, AliasName, KeyArn, Region};

use super::{Gate, Keys, internal, text};
use crate::Error;
use crate::trace::Trace;

/// The reason for the record, of a refusal that no policy decided.
const KEY_NOT_HERE: &str = "the key that the request names is not here";

/// What is not there.
pub(super) enum Missing {
    Key(KeyArn),
    /// A text in no form that a key id has.
    Unknown(String),
    Alias(AccountId, Region, AliasName),
    Ciphertext,
}

/// What is not there, by the role that it would have.
pub(super) type Absent = [(KeyRole, Missing)];

impl Gate<'_> {
    /// The error of `what`, the first of `missing`; `keys` are those that are there.
    pub(super) fn not_there(&self, what: &Missing, missing: &Absent, keys: &Keys, trace: &mut Trace<'_>) -> Error {
        let why = match what {
            Missing::Ciphertext => "the ciphertext names a key that is not here",
            Missing::Alias(..) => "the alias that the request names is not here",
            Missing::Unknown(_) | Missing::Key(_) => KEY_NOT_HERE,
        };
        trace.denied(why);
        if let Missing::Key(arn) = what {
            trace.missing(arn);
        }
        self.missing_error(what, missing, keys)
    }

    pub(super) fn missing_error(&self, what: &Missing, missing: &Absent, keys: &Keys) -> Error {
        let arn = self.arn_of(what);
        let role = missing.first().map(|(role, _)| *role);
        let error = match what {
            Missing::Ciphertext => return self.refused_of(missing, keys),
            Missing::Key(_) if role.is_some_and(|role| self.named_by_a_ciphertext(role)) => {
                return self.refused_of(missing, keys);
            }
            Missing::Unknown(text) => KmsError::invalid_key_id(text),
            Missing::Key(key) if key.region() == self.region => KmsError::key_not_found(key),
            Missing::Key(key) => KmsError::new(ErrorCode::NotFound, format!("Invalid arn {}", key.region())),
            Missing::Alias(..) => KmsError::alias_not_found(&arn),
        };
        if let Missing::Alias(_, _, alias) = what
            && self.is_no_services(alias)
        {
            return error.into();
        }
        // Nor may a client that is confined to keys tell what is missing from what it may not touch.
        let confined = self.caller.confinement.keys.as_ref();
        if confined.is_some_and(|keys| keys.iter().all(|key| key.to_string() != arn)) {
            return self.refused_of(missing, keys);
        }
        match self.may_know(missing, keys) {
            Ok(true) => error.into(),
            Ok(false) => self.refused_of(missing, keys),
            Err(error) => error,
        }
    }

    /// The refusal of a request of whose keys some are missing: that of the first key that is missing or denied, as if
    /// all were there.
    pub(super) fn refused_of(&self, missing: &Absent, keys: &Keys) -> Error {
        let refused = |permission: &&Permission| {
            let On::Key(role) = permission.on else { return false };
            match keys.of(role) {
                Some(key) if self.may_touch(&key.key.arn) => {
                    self.decide(permission, keys).is_ok_and(|(decision, _)| !decision.is_allow())
                }
                Some(_) => true,
                None => missing.iter().any(|(of, _)| *of == role),
            }
        };
        let permissions = self.row.permissions;
        self.refused(permissions.iter().find(refused).or(permissions.first()))
    }

    /// Whether a caller may be told that something is missing: only in his own account, only if identity policies, or
    /// being root, would allow the action on what is missing, and only if he is allowed what the request asks of the
    /// rest. To everyone else missing and denied look alike.
    fn may_know(&self, missing: &Absent, keys: &Keys) -> Result<bool, Error> {
        let own = |what: &Missing| match what {
            Missing::Key(arn) => arn.account() == self.caller.account,
            Missing::Alias(account, ..) => *account == self.caller.account,
            Missing::Unknown(_) => true,
            Missing::Ciphertext => false,
        };
        if !missing.iter().all(|(_, what)| own(what)) || !keys.iter().all(|key| self.may_touch(&key.key.arn)) {
            return Ok(false);
        }
        let values = self.conditions(None);
        for permission in self.row.permissions {
            let absent = match permission.on {
                On::Key(role) => missing.iter().find(|(of, _)| *of == role),
                On::Alias => None,
                _ => continue,
            };
            let allowed = match absent {
                Some((_, what)) => {
                    let (arn, account) = (self.arn_of(what), self.caller.account);
                    let request = Request::on_alias(permission.action, &self.caller.principal, &arn, account, &values);
                    strongroom_policy::decide(&self.layers(None), &request).is_allow()
                }
                None => self.decide(permission, keys)?.0.is_allow(),
            };
            if !allowed {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The ARN of what is not there; empty for what a ciphertext names.
    fn arn_of(&self, what: &Missing) -> String {
        match what {
            Missing::Key(arn) => arn.to_string(),
            Missing::Unknown(text) => {
                let (region, account) = (self.region, self.caller.account);
                format!("arn:{}:kms:{region}:{account}:key/{text}", region.partition())
            }
            Missing::Alias(account, region, name) => name.arn(*account, *region),
            Missing::Ciphertext => String::new(),
        }
    }

    /// The one answer to a caller who is refused, whatever the reason: on the key of this permission.
    pub(super) fn refused(&self, permission: Option<&Permission>) -> Error {
        match permission {
            Some(Permission { on: On::Key(role), .. }) if self.named_by_a_ciphertext(*role) => {
                KmsError::ciphertext_key_denied().into()
            }
            Some(permission) => self.denied(permission),
            None => internal("an operation without a permission"),
        }
    }

    pub(super) fn denied(&self, permission: &Permission) -> Error {
        KmsError::access_denied(self.caller.principal.principal().arn(), permission.action).into()
    }

    /// Whether the request leaves it to a ciphertext to name the key in this role.
    fn named_by_a_ciphertext(&self, role: KeyRole) -> bool {
        let by = |member: &KeyMember| member.role == role && member.or_ciphertext.is_some();
        self.row.keys.iter().any(|member| by(member) && text(self.request, member.member).is_none())
    }
}
