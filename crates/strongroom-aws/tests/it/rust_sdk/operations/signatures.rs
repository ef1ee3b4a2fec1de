//! Signatures and MACs.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MacAlgorithmSpec, MessageType, SigningAlgorithmSpec};

pub(super) async fn pairs(client: &Client) {
    use SigningAlgorithmSpec::{EcdsaSha256, RsassaPssSha256};
    for (spec, algorithm) in [(KeySpec::EccNistP256, EcdsaSha256), (KeySpec::Rsa2048, RsassaPssSha256)] {
        let made = client.create_key().key_spec(spec.clone()).key_usage(KeyUsageType::SignVerify).send().await.unwrap();
        let made = made.key_metadata.unwrap();
        let arn = made.arn.as_deref();
        let public = client.get_public_key().key_id(&made.key_id).send().await.unwrap();
        assert_eq!(
            (public.key_id(), public.key_spec(), public.key_usage()),
            (arn, Some(&spec), Some(&KeyUsageType::SignVerify))
        );
        assert_eq!(
            (public.signing_algorithms(), public.encryption_algorithms()),
            (made.signing_algorithms(), [].as_slice())
        );
        // A SubjectPublicKeyInfo: a SEQUENCE (RFC 5280 §4.1).
        assert_eq!(public.public_key().unwrap().as_ref().first(), Some(&0x30));
        let message = Blob::new("attack at dawn");
        let sign = client.sign().key_id(&made.key_id).message(message.clone()).signing_algorithm(algorithm.clone());
        let signed = sign.send().await.unwrap();
        assert_eq!((signed.key_id(), signed.signing_algorithm()), (arn, Some(&algorithm)));
        let verify = client.verify().key_id(&made.key_id).message(message).signature(signed.signature.unwrap());
        let verified = verify.message_type(MessageType::Raw).signing_algorithm(algorithm.clone()).send().await.unwrap();
        assert_eq!((verified.signature_valid, verified.signing_algorithm()), (true, Some(&algorithm)));
    }
}

pub(super) async fn macs(client: &Client) {
    let create = client.create_key().key_spec(KeySpec::Hmac384).key_usage(KeyUsageType::GenerateVerifyMac);
    let made = create.send().await.unwrap().key_metadata.unwrap();
    assert_eq!(made.mac_algorithms, Some(vec![MacAlgorithmSpec::HmacSha384]));
    let message = Blob::new("attack at dawn");
    let generate = client.generate_mac().key_id(&made.key_id).message(message.clone());
    let tag = generate.mac_algorithm(MacAlgorithmSpec::HmacSha384).send().await.unwrap();
    assert_eq!((tag.key_id, tag.mac_algorithm), (made.arn.clone(), Some(MacAlgorithmSpec::HmacSha384)));
    let tag = tag.mac.unwrap();
    assert_eq!(tag.as_ref().len(), 48);
    let verify = client.verify_mac().key_id(&made.key_id).message(message).mac(tag);
    let verified = verify.mac_algorithm(MacAlgorithmSpec::HmacSha384).send().await.unwrap();
    assert_eq!((verified.mac_valid, verified.key_id), (true, made.arn));
}
