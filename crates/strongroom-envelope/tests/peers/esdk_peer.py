"""The AWS Encryption SDK for Python as a long-lived helper: one JSON request a line in, one answer a line out.

Requests:
  {"op": "encrypt", "plaintext": b64, "context": {..}, "frame_length": n, "foreign_first": bool}
  {"op": "decrypt", "message": b64}
Answers: {"ok": true, "message" | "plaintext": b64, "context": {..}} or {"ok": false, "error": text}.

Raw AES keyring: namespace "ns", name "aes-1", key 00 01 .. 1f. The foreign key is "elsewhere"/"other", 32 bytes of ee.
"""

import base64
import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)  # failures are answers

import aws_encryption_sdk
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import (
    AesWrappingAlg,
    CreateMultiKeyringInput,
    CreateRawAesKeyringInput,
)
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.identifiers import AlgorithmSuite

client = aws_encryption_sdk.EncryptionSDKClient(
    commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
)
providers = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())


def raw_aes(namespace, name, key):
    return providers.create_raw_aes_keyring(
        input=CreateRawAesKeyringInput(
            key_namespace=namespace,
            key_name=name,
            wrapping_key=key,
            wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
        )
    )


ours = raw_aes("ns", "aes-1", bytes(range(32)))
foreign = raw_aes("elsewhere", "other", b"\xee" * 32)
both = providers.create_multi_keyring(input=CreateMultiKeyringInput(generator=foreign, child_keyrings=[ours]))


def answer(request):
    if request["op"] == "encrypt":
        message, header = client.encrypt(
            source=base64.b64decode(request["plaintext"]),
            keyring=both if request["foreign_first"] else ours,
            encryption_context=request["context"],
            frame_length=request["frame_length"],
            algorithm=AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        )
        return {"ok": True, "message": base64.b64encode(message).decode()}
    plaintext, header = client.decrypt(source=base64.b64decode(request["message"]), keyring=ours)
    return {
        "ok": True,
        "plaintext": base64.b64encode(plaintext).decode(),
        "context": dict(header.encryption_context),
    }


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # every failure is an answer
        reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
