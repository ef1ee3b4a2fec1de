//! The decision procedure and the principal forms, row by row (IAM User Guide, "Policy evaluation logic",
//! "Principal", "NotPrincipal"; AWS KMS Developer Guide, "Key policies", "Policy evaluation").

use strongroom_policy::{
    ConditionValue, ConditionValues, Layer, Layers, MissingHalf, PolicyError, PrincipalView, Reason, Request, decide,
    default_key_policy, denial, lockout_check,
};
use strongroom_types::{Action, ConditionKey, Principal};

use crate::support::*;

const ALLOW_ALL: &str = "{'Effect':'Allow','Action':'kms:*','Resource':'*'}";
const DENY_ALL: &str = "{'Effect':'Deny','Action':'*','Resource':'*'}";

fn by(principal: &str) -> String {
    format!("{{'Effect':'Allow','Principal':{principal},'Action':'kms:*','Resource':'*'}}")
}

fn aws(text: &str) -> String {
    by(&format!("{{'AWS':'{text}'}}"))
}

const ROOT: &str = "arn:aws:iam::111122223333:root";

fn reason(layers: &Layers<'_>, who: &PrincipalView) -> Reason {
    ask(layers, who).reason
}

#[test]
fn everyone_has_two_spellings_and_needs_nothing_else_in_the_same_account() {
    for policy in [by("'*'"), aws("*")] {
        let policy = key(&policy);
        for who in [alice(), session(), federated(), root(ACCOUNT)] {
            assert!(ask(&Layers::new(&policy), &who).is_allow());
        }
    }
}

#[test]
fn everyone_in_another_account_needs_an_identity_allow_too() {
    let (policy, bob) = (key(&by("'*'")), user(OTHER, "bob"));
    assert_eq!(reason(&Layers::new(&policy), &bob), Reason::NoAllow(Layer::Identity));
    let his = [identity(ALLOW_ALL)];
    assert!(ask(&Layers::new(&policy).identity(&his), &bob).is_allow());
}

#[test]
fn the_account_principal_lets_identity_policies_decide_and_grants_no_user() {
    for name in [ROOT, ACCOUNT] {
        let policy = key(&aws(name));
        assert_eq!(reason(&Layers::new(&policy), &alice()), Reason::NoAllow(Layer::Identity));
        let hers = [identity(ALLOW_ALL)];
        let decision = ask(&Layers::new(&policy).identity(&hers), &alice());
        assert_eq!(decision.reason, Reason::IdentityAllows);
        assert_eq!(decision.by.map(|by| by.layer), Some(Layer::KeyPolicy));
        assert_eq!(decision.with.map(|by| by.layer), Some(Layer::Identity));
    }
}

#[test]
fn without_delegation_to_the_account_identity_policies_have_no_effect() {
    // awsdocs/iam-user-guide#98: the generic text is wrong for KMS.
    let policy = key(&aws("arn:aws:iam::111122223333:user/bob"));
    let hers = [identity(ALLOW_ALL)];
    assert_eq!(reason(&Layers::new(&policy).identity(&hers), &alice()), Reason::NoAllow(Layer::KeyPolicy));
}

#[test]
fn the_root_user_is_the_account_and_needs_no_identity_policy() {
    assert_eq!(reason(&Layers::new(&key(&aws(ROOT))), &root(ACCOUNT)), Reason::RootUser);
    let policy = key(&aws("arn:aws:iam::111122223333:user/alice"));
    assert_eq!(reason(&Layers::new(&policy), &root(ACCOUNT)), Reason::NoAllow(Layer::KeyPolicy));
    assert!(ask(&Layers::new(&key(&aws(OTHER))), &root(OTHER)).is_allow());
}

#[test]
fn a_user_arn_is_that_user_and_needs_nothing_else() {
    let policy = key(&aws("arn:aws:iam::111122223333:user/alice"));
    assert!(ask(&Layers::new(&policy), &alice()).is_allow());
    assert!(!ask(&Layers::new(&policy), &user(ACCOUNT, "bob")).is_allow());
    assert!(!ask(&Layers::new(&policy), &user(ACCOUNT, "division/alice")).is_allow());
    assert!(!ask(&Layers::new(&policy), &user(OTHER, "alice")).is_allow());
}

#[test]
fn a_role_arn_is_every_session_of_the_role_and_a_session_arn_one() {
    let role = key(&aws("arn:aws:iam::111122223333:role/team/app"));
    let one = key(&aws("arn:aws:sts::111122223333:assumed-role/app/i-1"));
    let other = Principal::assumed_role(partition(), account(ACCOUNT), "team/app", "i-2", "AROAEXAMPLE").into();
    let without_path = key(&aws("arn:aws:iam::111122223333:role/app"));
    assert!(ask(&Layers::new(&role), &session()).is_allow() && ask(&Layers::new(&role), &other).is_allow());
    assert!(ask(&Layers::new(&one), &session()).is_allow() && !ask(&Layers::new(&one), &other).is_allow());
    assert!(!ask(&Layers::new(&without_path), &session()).is_allow());
}

#[test]
fn a_federated_user_and_a_service_are_named_exactly() {
    let policy = key(&aws("arn:aws:sts::111122223333:federated-user/carol"));
    assert!(ask(&Layers::new(&policy), &federated()).is_allow());
    let policy = key(&by("{'Service':['ec2.amazonaws.com','s3.amazonaws.com']}"));
    assert!(ask(&Layers::new(&policy), &service()).is_allow());
    assert!(!ask(&Layers::new(&policy), &alice()).is_allow());
    assert!(!ask(&Layers::new(&key(&aws(ROOT))), &service()).is_allow());
}

#[test]
fn an_explicit_deny_beats_every_allow_in_every_layer() {
    let allow = key(&format!("{},{}", by("'*'"), aws(ROOT)));
    let yes = [identity(ALLOW_ALL)];
    let no = [identity(ALLOW_ALL), identity(DENY_ALL)];
    let boundary = identity(&format!("{ALLOW_ALL},{DENY_ALL}"));
    let deny = key(&format!("{},{}", by("'*'"), DENY_ALL.replace("'Action'", "'Principal':'*','Action'")));
    let levels = [yes.to_vec().into_boxed_slice(), no.to_vec().into_boxed_slice()];
    let base = Layers::new(&allow).identity(&yes);
    assert!(ask(&base, &alice()).is_allow());
    let mut service_control = base;
    service_control.service_control = &levels;
    for (layers, layer) in [
        (Layers::new(&deny).identity(&yes), Layer::KeyPolicy),
        (base.identity(&no), Layer::Identity),
        (base.boundary(Some(&boundary)), Layer::Boundary),
        (base.session(&no), Layer::Session),
        (service_control, Layer::ServiceControl),
    ] {
        let decision = ask(&layers, &alice());
        assert_eq!(decision.reason, Reason::ExplicitDeny, "{layer:?}");
        assert_eq!(decision.by.map(|by| by.layer), Some(layer));
    }
}

#[test]
fn a_deny_in_an_identity_policy_holds_without_delegation() {
    let (policy, no) = (key(&aws("arn:aws:iam::111122223333:user/alice")), [identity(DENY_ALL)]);
    assert_eq!(reason(&Layers::new(&policy).identity(&no), &alice()), Reason::ExplicitDeny);
}

#[test]
fn a_deny_on_wildcard_actions_denies() {
    // What would embarrass: a Deny skipped because it named an operation by wildcard.
    for (pattern, denied) in [
        ("kms:Encryp?", vec![Action::Encrypt]),
        ("kms:*Key*", vec![Action::GenerateDataKey, Action::DisableKey, Action::PutKeyPolicy]),
        ("KMS:ENCRYPT", vec![Action::Encrypt]),
        ("*", Action::ALL.to_vec()),
    ] {
        let deny = format!("{{'Effect':'Deny','Principal':'*','Action':'{pattern}','Resource':'*'}}");
        let policy = key(&format!("{},{deny}", by("'*'")));
        for action in Action::ALL {
            let expected = !denied.contains(action);
            if denied.len() == 3 && action.as_str().contains("Key") {
                continue;
            }
            assert_eq!(allows(&policy, &alice(), *action, &ConditionValues::new()), expected, "{pattern} {action}");
        }
        assert!(denied.iter().all(|a| !allows(&policy, &alice(), *a, &ConditionValues::new())), "{pattern}");
    }
}

#[test]
fn implicit_denies_of_boundary_and_session_limit_what_the_table_says() {
    let nothing = [identity("{'Effect':'Allow','Action':'s3:*','Resource':'*'}")];
    let yes = [identity(ALLOW_ALL)];
    let user_arn = aws("arn:aws:iam::111122223333:user/alice");
    let role_arn = aws("arn:aws:iam::111122223333:role/team/app");
    let session_arn = aws("arn:aws:sts::111122223333:assumed-role/app/i-1");
    let federated_arn = aws("arn:aws:sts::111122223333:federated-user/carol");
    for (policy, who, limited) in [
        (aws(ROOT), alice(), true),
        (aws(ROOT), session(), true),
        (user_arn.clone(), alice(), false),
        (role_arn.clone(), session(), true),
        (session_arn.clone(), session(), false),
        (federated_arn, federated(), false),
        (by("'*'"), session(), false),
        (format!("{role_arn},{session_arn}"), session(), false),
        (format!("{role_arn},{}", by("'*'")), session(), false),
    ] {
        let compiled = key(&policy);
        let base = Layers::new(&compiled).identity(&yes);
        for (layers, layer) in
            [(base.boundary(Some(&nothing[0])), Layer::Boundary), (base.session(&nothing), Layer::Session)]
        {
            let decision = ask(&layers, &who);
            assert_eq!(decision.is_allow(), !limited, "{policy} {layer:?}");
            assert!(!limited || decision.reason == Reason::NoAllow(layer), "{policy}");
        }
    }
}

#[test]
fn across_accounts_both_sides_must_allow_and_the_operation_must_be_able_to() {
    let (bob, his) = (user(OTHER, "bob"), [identity(ALLOW_ALL)]);
    let values = ConditionValues::new();
    for policy in [aws(OTHER), aws("arn:aws:iam::444455556666:user/bob"), by("'*'")] {
        let policy = key(&policy);
        assert!(ask(&Layers::new(&policy).identity(&his), &bob).is_allow());
        assert_eq!(reason(&Layers::new(&policy), &bob), Reason::NoAllow(Layer::Identity));
        let request = Request::on_key(Action::PutKeyPolicy, &bob, KEY, account(ACCOUNT), &values);
        assert_eq!(decide(&Layers::new(&policy).identity(&his), &request).reason, Reason::NotCrossAccount);
    }
    assert_eq!(reason(&Layers::new(&key(&aws(ROOT))).identity(&his), &bob), Reason::NoAllow(Layer::KeyPolicy));
}

#[test]
fn service_control_policies_must_allow_at_every_level_and_not_for_services() {
    let policy = key(&format!("{},{}", by("'*'"), by("{'Service':'s3.amazonaws.com'}")));
    let (yes, nothing) = (identity(ALLOW_ALL), identity("{'Effect':'Allow','Action':'s3:*','Resource':'*'}"));
    let good = [Box::from([yes.clone()]), Box::from([nothing.clone(), yes.clone()])];
    let bad = [Box::from([yes]), Box::from([nothing])];
    let mut layers = Layers::new(&policy);
    layers.service_control = &good;
    assert!(ask(&layers, &alice()).is_allow());
    layers.service_control = &bad;
    assert_eq!(reason(&layers, &alice()), Reason::NoAllow(Layer::ServiceControl));
    assert_eq!(reason(&layers, &root(ACCOUNT)), Reason::NoAllow(Layer::ServiceControl));
    assert!(ask(&layers, &service()).is_allow());
}

#[test]
fn resource_control_policies_only_deny_and_the_endpoint_must_allow() {
    let policy = key(&by("'*'"));
    let deny = [std::sync::Arc::new(key("{'Effect':'Deny','Principal':'*','Action':'kms:Decrypt','Resource':'*'}"))];
    let harmless =
        [std::sync::Arc::new(key("{'Effect':'Deny','Principal':'*','Action':'kms:Encrypt','Resource':'*'}"))];
    let mut layers = Layers::new(&policy);
    layers.resource_control = &harmless;
    assert!(ask(&layers, &alice()).is_allow());
    layers.resource_control = &deny;
    assert_eq!(reason(&layers, &alice()), Reason::ExplicitDeny);
    let mut layers = Layers::new(&policy);
    layers.endpoint = Some(&harmless[0]);
    assert_eq!(reason(&layers, &alice()), Reason::NoAllow(Layer::Endpoint));
    layers.endpoint = Some(&policy);
    assert!(ask(&layers, &alice()).is_allow());
}

#[test]
fn what_has_no_key_is_for_identity_policies_alone() {
    let (hers, values, alice) = ([identity(ALLOW_ALL)], ConditionValues::new(), alice());
    let request = Request::on_any(Action::GenerateRandom, &alice, &values);
    assert!(decide(&Layers::without_key().identity(&hers), &request).is_allow());
    assert_eq!(decide(&Layers::without_key(), &request).reason, Reason::NoAllow(Layer::Identity));
    let root = root(ACCOUNT);
    let request = Request::on_any(Action::CreateKey, &root, &values);
    assert_eq!(decide(&Layers::without_key(), &request).reason, Reason::RootUser);
    let alias = "arn:aws:kms:us-west-2:111122223333:alias/orders";
    let only =
        [identity("{'Effect':'Allow','Action':'kms:CreateAlias','Resource':'arn:aws:kms:*:111122223333:alias/*'}")];
    let request = Request::on_alias(Action::CreateAlias, &alice, alias, account(ACCOUNT), &values);
    assert!(decide(&Layers::without_key().identity(&only), &request).is_allow());
    // An alias in `Resource` never selects the key behind it.
    let delegating = key(&aws(ROOT));
    assert!(!ask_with(&Layers::new(&delegating).identity(&only), &alice, Action::CreateAlias, &values).is_allow());
}

#[test]
fn a_key_without_a_key_policy_allows_nothing() {
    let hers = [identity(ALLOW_ALL)];
    assert_eq!(reason(&Layers::without_key().identity(&hers), &alice()), Reason::NoAllow(Layer::KeyPolicy));
    assert!(!ask(&Layers::without_key(), &root(ACCOUNT)).is_allow());
}

#[test]
fn a_policy_in_the_wrong_layer_denies_everything() {
    let (policy, identity_policy) = (key(&by("'*'")), identity(ALLOW_ALL));
    let as_identity = [std::sync::Arc::new(key(&by("'*'")))];
    assert_eq!(reason(&Layers::new(&identity_policy), &alice()), Reason::Internal);
    assert_eq!(reason(&Layers::new(&policy).identity(&as_identity), &alice()), Reason::Internal);
    assert_eq!(reason(&Layers::new(&policy).boundary(Some(&policy)), &alice()), Reason::Internal);
}

#[test]
fn not_principal_with_deny_exempts_only_who_is_listed_with_his_account() {
    let deny = |list: &str| {
        key(&format!("{},{{'Effect':'Deny','NotPrincipal':{{'AWS':[{list}]}},'Action':'*','Resource':'*'}}", by("'*'")))
    };
    let user_arn = "'arn:aws:iam::111122223333:user/alice'";
    let role_arn = "'arn:aws:iam::111122223333:role/team/app'";
    let session_arn = "'arn:aws:sts::111122223333:assumed-role/app/i-1'";
    let account_arn = "'arn:aws:iam::111122223333:root'";
    for (list, who, exempt) in [
        (format!("{user_arn},{account_arn}"), alice(), true),
        (user_arn.to_string(), alice(), false),
        (account_arn.to_string(), alice(), false),
        (account_arn.to_string(), root(ACCOUNT), true),
        (format!("{user_arn},{account_arn}"), user(ACCOUNT, "bob"), false),
        (format!("{role_arn},{account_arn}"), session(), true),
        (format!("{session_arn},{account_arn}"), session(), false),
        (role_arn.to_string(), session(), false),
    ] {
        assert_eq!(ask(&Layers::new(&deny(&list)), &who).is_allow(), exempt, "{list}");
    }
    let (policy, boundary) = (deny(&format!("{user_arn},{account_arn}")), identity(ALLOW_ALL));
    let layers = Layers::new(&policy).boundary(Some(&boundary));
    assert_eq!(reason(&layers, &alice()), Reason::ExplicitDeny);
}

#[test]
fn not_principal_with_allow_is_everyone_but_those_named() {
    let policy = key(
        "{'Effect':'Allow','NotPrincipal':{'AWS':'arn:aws:iam::111122223333:user/bob'},'Action':'kms:*','Resource':'*'}",
    );
    assert!(ask(&Layers::new(&policy), &alice()).is_allow());
    assert!(!ask(&Layers::new(&policy), &user(ACCOUNT, "bob")).is_allow());
    let policy = key("{'Effect':'Allow','NotPrincipal':{'AWS':'111122223333'},'Action':'kms:*','Resource':'*'}");
    assert!(!ask(&Layers::new(&policy), &alice()).is_allow());
}

#[test]
fn not_action_and_not_resource_are_everything_else() {
    let policy = key("{'Effect':'Allow','Principal':'*','NotAction':['kms:Encrypt','kms:Re*'],'Resource':'*'}");
    let may = |action| allows(&policy, &alice(), action, &ConditionValues::new());
    assert!(may(Action::Decrypt) && !may(Action::Encrypt) && !may(Action::ReEncryptTo));
    let policy =
        |resource: &str| key(&format!("{{'Effect':'Allow','Principal':'*','Action':'*','NotResource':'{resource}'}}"));
    assert!(!ask(&Layers::new(&policy(KEY)), &alice()).is_allow());
    assert!(!ask(&Layers::new(&policy("*")), &alice()).is_allow());
    assert!(ask(&Layers::new(&policy("arn:aws:kms:us-west-2:111122223333:key/other")), &alice()).is_allow());
    let lacking = policy("arn:aws:kms:us-west-2:111122223333:key/${aws:PrincipalTag/key}");
    assert!(!ask(&Layers::new(&lacking), &alice()).is_allow());
}

#[test]
fn a_statement_without_action_or_resource_has_no_effect() {
    for statement in [
        "{'Effect':'Allow','Principal':'*','Resource':'*'}",
        "{'Effect':'Allow','Principal':'*','Action':'*'}",
        "{'Effect':'Allow','Principal':'*','Action':[],'Resource':'*'}",
        "{'Effect':'Allow','Principal':'*','Action':'*','Resource':[]}",
    ] {
        let policy = key(statement);
        assert!(!ask(&Layers::new(&policy), &alice()).is_allow(), "{statement}");
        assert!(!policy.findings().is_empty());
    }
    let deny = key(&format!("{},{{'Effect':'Deny','Principal':'*','Action':'*'}}", by("'*'")));
    assert!(ask(&Layers::new(&deny), &alice()).is_allow());
}

#[test]
fn resources_are_matched_part_by_part_but_a_last_star_goes_on() {
    for (pattern, hit) in [
        ("*", true),
        (KEY, true),
        ("arn:aws:kms:us-west-2:111122223333:key/*", true),
        ("arn:aws:kms:*:111122223333:key/*", true),
        ("arn:aws:kms:us-*-2:111122223333:key/1234abcd-*", true),
        ("arn:aws:kms:us-west-?:111122223333:key/*", true),
        ("arn:aws:kms:*", true),
        ("arn:aws:kms:us-*4cd-56ef-1234567890ab:a:b", false),
        ("arn:aws:kms:u*3:key/1234abcd-12ab-34cd-56ef-1234567890ab:x", false),
        ("arn:aws:kms:us-east-1:111122223333:key/*", false),
        ("arn:aws:kms:us-west-2:444455556666:key/*", false),
        ("arn:aws:s3:::bucket/*", false),
        ("ARN:aws:kms:us-west-2:111122223333:key/*", false),
    ] {
        let text = document(&format!("{{'Effect':'Allow','Principal':'*','Action':'*','Resource':'{pattern}'}}"));
        let hits = key_policy(&text).is_ok_and(|policy| ask(&Layers::new(&policy), &alice()).is_allow());
        assert_eq!(hits, hit, "{pattern}");
    }
}

#[test]
fn the_default_key_policy_leaves_the_key_to_the_account() {
    let policy = key_policy(&default_key_policy(partition(), account(ACCOUNT))).unwrap();
    assert!(policy.findings().is_empty());
    assert_eq!(policy.statement(0).unwrap().sid, Some("Enable IAM User Permissions"));
    assert!(ask(&Layers::new(&policy), &root(ACCOUNT)).is_allow());
    assert_eq!(reason(&Layers::new(&policy), &alice()), Reason::NoAllow(Layer::Identity));
}

#[test]
fn the_lock_out_check_says_which_half_is_missing() {
    let (alice, values, hers) = (alice(), ConditionValues::new(), [identity(ALLOW_ALL)]);
    let request = Request::on_key(Action::PutKeyPolicy, &alice, KEY, account(ACCOUNT), &values);
    let half = |layers: &Layers<'_>| match lockout_check(layers, &request) {
        Err(PolicyError::Lockout(lockout)) => Some(lockout.missing()),
        _ => None,
    };
    let delegating = key(&aws(ROOT));
    let direct = key(&aws("arn:aws:iam::111122223333:user/alice"));
    let nobody = key(&aws("arn:aws:iam::111122223333:user/bob"));
    let denied = key(&format!("{},{{'Effect':'Deny','Principal':'*','Action':'kms:Put*','Resource':'*'}}", by("'*'")));
    assert_eq!(half(&Layers::new(&direct)), None);
    assert_eq!(half(&Layers::new(&delegating).identity(&hers)), None);
    assert_eq!(half(&Layers::new(&delegating)), Some(MissingHalf::Identity));
    assert_eq!(half(&Layers::new(&nobody).identity(&hers)), Some(MissingHalf::KeyPolicy));
    assert_eq!(half(&Layers::new(&denied)), Some(MissingHalf::KeyPolicy));
    let mut shared = Layers::new(&nobody);
    shared.shared_policy = Some(&direct);
    assert!(decide(&shared, &request).is_allow());
    assert_eq!(half(&shared), Some(MissingHalf::KeyPolicy), "the resource-sharing policy does not count");
    let error = lockout_check(&Layers::new(&delegating), &request).unwrap_err();
    assert!(
        error
            .aws_message()
            .starts_with("The new key policy will not allow you to update the key policy in the future.")
    );
}

#[test]
fn a_denial_names_its_statement_in_the_record_and_nothing_to_the_caller() {
    let policy = key(&format!(
        "{},{{'Sid':'not at night','Effect':'Deny','Principal':'*','Action':'kms:Decrypt','Resource':'*'}}",
        by("'*'")
    ));
    let (alice, values) = (alice(), ConditionValues::new());
    let request = Request::on_key(Action::Decrypt, &alice, KEY, account(ACCOUNT), &values);
    let decision = decide(&Layers::new(&policy), &request);
    let statement = policy.statement(decision.by.unwrap().statement).unwrap();
    assert_eq!(statement.sid, Some("not at night"));
    let plain = format!(
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:Decrypt on resource: {KEY}"
    );
    assert_eq!(denial(&request).to_string(), plain);
    assert_eq!(
        decision.explanation(&request).to_string(),
        format!("{plain} with an explicit deny in a resource-based policy")
    );
    let delegating = key(&aws(ROOT));
    let decision = decide(&Layers::new(&delegating), &request);
    assert_eq!(
        decision.explanation(&request).to_string(),
        format!("{plain} because no identity-based policy allows the kms:Decrypt action")
    );
    assert!(size_of_val(&decision) <= 24);
}

#[test]
fn the_idiom_for_everyone_of_an_account_through_a_service_works() {
    let policy = key(
        "{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'*','Condition':{'StringEquals':{'kms:CallerAccount':'111122223333','kms:ViaService':'s3.us-west-2.amazonaws.com'}}}",
    );
    let mut via = ConditionValues::new();
    via.set(ConditionKey::KmsViaService, ConditionValue::Str("s3.us-west-2.amazonaws.com"));
    assert!(allows(&policy, &alice(), Action::Decrypt, &via));
    assert!(!allows(&policy, &alice(), Action::Decrypt, &ConditionValues::new()));
    let his = [identity(ALLOW_ALL)];
    assert!(!ask_with(&Layers::new(&policy).identity(&his), &user(OTHER, "bob"), Action::Decrypt, &via).is_allow());
}

#[test]
fn compiled_policies_and_principals_are_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<strongroom_policy::Compiled>();
    shared::<strongroom_policy::Document>();
    shared::<PrincipalView>();
    shared::<PolicyError>();
    shared::<strongroom_policy::Decision>();
}
