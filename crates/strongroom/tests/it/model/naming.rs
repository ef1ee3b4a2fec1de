//! Aliases.

use serde_json::json;

use super::ledger::{Ledger, key, room};
use crate::support::*;

/// Source: API Reference, CreateAlias, UpdateAlias, DeleteAlias, ListAliases.
pub(super) fn show(ledger: &mut Ledger) {
    let (_room, root) = room();
    let (first, second) = (key(&root, json!({})), key(&root, json!({})));
    ledger.ok(&root, "CreateAlias", json!({"AliasName": "alias/a", "TargetKeyId": first}));
    ledger.no(&root, "CreateAlias", json!({"AliasName": "alias/a", "TargetKeyId": first}), "AlreadyExists", "alias/a");
    ledger.no(&root, "CreateAlias", json!({"AliasName": "alias/a:b", "TargetKeyId": first}), "Validation", "alias/a:b");
    ledger.no(&root, "CreateAlias", json!({"AliasName": "alias/", "TargetKeyId": first}), "InvalidAliasName", "");
    ledger.no(&root, "CreateAlias", json!({"AliasName": "alias/aws/x", "TargetKeyId": first}), "NotAuthorized", "");
    ledger.ok(&root, "UpdateAlias", json!({"AliasName": "alias/a", "TargetKeyId": second}));
    ledger.ok(&root, "CreateAlias", json!({"AliasName": "alias/b", "TargetKeyId": second}));
    let page = ledger.ok(&root, "ListAliases", json!({"KeyId": second, "Limit": 1}));
    assert_eq!(page["Aliases"][0]["AliasName"], "alias/a");
    let rest = ledger.ok(&root, "ListAliases", json!({"KeyId": second, "Marker": page["NextMarker"]}));
    assert_eq!(rest["Aliases"][0]["TargetKeyId"], json!(second));
    let mint = json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"});
    let other_kind = json!({"AliasName": "alias/a", "TargetKeyId": key(&root, mint)});
    ledger.no(&root, "UpdateAlias", other_kind, "Validation", "alias/a");
    for n in 1..=50 {
        ledger.ok(&root, "CreateAlias", json!({"AliasName": format!("alias/of-first-{n}"), "TargetKeyId": first}));
    }
    ledger.no(&root, "CreateAlias", json!({"AliasName": "alias/51", "TargetKeyId": first}), "LimitExceeded", "50");
    ledger.no(&root, "UpdateAlias", json!({"AliasName": "alias/b", "TargetKeyId": first}), "LimitExceeded", "50");
    ledger.ok(&root, "DeleteAlias", json!({"AliasName": "alias/a"}));
    ledger.no(&root, "DeleteAlias", json!({"AliasName": "alias/a"}), "NotFound", "alias/a");
    ledger.no(&root, "UpdateAlias", json!({"AliasName": "alias/a", "TargetKeyId": second}), "NotFound", "alias/a");
    ledger.no(&root, "CreateAlias", json!({"AliasName": "alias/c", "TargetKeyId": NO_KEY}), "NotFound", NO_KEY);
}
