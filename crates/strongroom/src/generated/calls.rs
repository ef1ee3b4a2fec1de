//! What can stand together in a call. Generated from the model and the overlay; do not edit.

use strongroom_types::*;

use crate::calls::{form, one_of, together};

one_of!(DataKeyLength, KeySpec(DataKeySpec), NumberOfBytes(i32));

form!(IgnoringCiphertext);

together!(
    KeyKind,
    KeyUsageType,
    KeySpec,
    EncryptDecrypt { SymmetricDefault, Rsa2048, Rsa3072, Rsa4096, Sm2 },
    SignVerify {
        Rsa2048,
        Rsa3072,
        Rsa4096,
        EccNistP256,
        EccNistP384,
        EccNistP521,
        EccSecgP256k1,
        EccNistEdwards25519,
        MlDsa44,
        MlDsa65,
        MlDsa87,
        Sm2
    },
    GenerateVerifyMac { Hmac224, Hmac256, Hmac384, Hmac512 },
    KeyAgreement { EccNistP256, EccNistP384, EccNistP521, Sm2 },
    EncapsulateDecapsulate { MlKem512, MlKem768, MlKem1024 }
);
