//! A method for each operation, and its optional members. Generated from the model and the overlay; do not edit.

use strongroom_api::{ops, types::*};
use strongroom_types::*;

use crate::calls::*;
use crate::client::{Call, Client};

impl Client {
    /// AWS's `CancelKeyDeletion`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn cancel_key_deletion(&self, key_id: impl Into<String>) -> Call<'_, ops::CancelKeyDeletion> {
        self.call(CancelKeyDeletionRequest::new(key_id))
    }

    /// AWS's `ConnectCustomKeyStore`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn connect_custom_key_store(
        &self,
        custom_key_store_id: impl Into<String>,
    ) -> Call<'_, ops::ConnectCustomKeyStore> {
        self.call(ConnectCustomKeyStoreRequest::new(custom_key_store_id))
    }

    /// AWS's `CreateAlias`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn create_alias(
        &self,
        alias_name: impl Into<String>,
        target_key_id: impl Into<String>,
    ) -> Call<'_, ops::CreateAlias> {
        self.call(CreateAliasRequest::new(alias_name, target_key_id))
    }

    /// AWS's `CreateCustomKeyStore`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn create_custom_key_store(
        &self,
        custom_key_store_name: impl Into<String>,
    ) -> Call<'_, ops::CreateCustomKeyStore> {
        self.call(CreateCustomKeyStoreRequest::new(custom_key_store_name))
    }

    /// AWS's `CreateGrant`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn create_grant(
        &self,
        key_id: impl Into<String>,
        operations: impl IntoIterator<Item = impl Into<GrantOperation>>,
    ) -> Call<'_, ops::CreateGrant> {
        self.call(CreateGrantRequest::new(key_id, operations))
    }

    /// AWS's `CreateKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn create_key(&self) -> Call<'_, ops::CreateKey> {
        self.call(CreateKeyRequest::new())
    }

    /// AWS's `Decapsulate`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn decapsulate(
        &self,
        key_id: impl Into<String>,
        shared_secret_ciphertext_blob: impl Into<Vec<u8>>,
        encapsulation_algorithm: impl Into<EncapsulationAlgorithmSpec>,
    ) -> Call<'_, ops::Decapsulate> {
        self.call(DecapsulateRequest::new(key_id, shared_secret_ciphertext_blob, encapsulation_algorithm))
    }

    /// AWS's `Decrypt`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn decrypt(&self, ciphertext_blob: impl Into<Vec<u8>>) -> Call<'_, ops::Decrypt> {
        self.call(DecryptRequest::new().ciphertext_blob(ciphertext_blob))
    }

    /// AWS's `Decrypt`, [IgnoringCiphertext].
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn decrypt_ignoring_ciphertext(&self, key_id: impl Into<String>) -> Call<'_, ops::Decrypt, IgnoringCiphertext> {
        self.call(
            DecryptRequest::new()
                .key_id(key_id)
                .dry_run(true)
                .dry_run_modifiers([DryRunModifierType::IgnoreCiphertext]),
        )
    }

    /// AWS's `DeleteAlias`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn delete_alias(&self, alias_name: impl Into<String>) -> Call<'_, ops::DeleteAlias> {
        self.call(DeleteAliasRequest::new(alias_name))
    }

    /// AWS's `DeleteCustomKeyStore`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn delete_custom_key_store(
        &self,
        custom_key_store_id: impl Into<String>,
    ) -> Call<'_, ops::DeleteCustomKeyStore> {
        self.call(DeleteCustomKeyStoreRequest::new(custom_key_store_id))
    }

    /// AWS's `DeleteImportedKeyMaterial`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn delete_imported_key_material(&self, key_id: impl Into<String>) -> Call<'_, ops::DeleteImportedKeyMaterial> {
        self.call(DeleteImportedKeyMaterialRequest::new(key_id))
    }

    /// AWS's `DeriveSharedSecret`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn derive_shared_secret(
        &self,
        key_id: impl Into<String>,
        public_key: impl Into<Vec<u8>>,
        key_agreement_algorithm: impl Into<KeyAgreementAlgorithmSpec>,
    ) -> Call<'_, ops::DeriveSharedSecret> {
        self.call(DeriveSharedSecretRequest::new(key_id, public_key, key_agreement_algorithm))
    }

    /// AWS's `DescribeCustomKeyStores`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn describe_custom_key_stores(&self) -> Call<'_, ops::DescribeCustomKeyStores> {
        self.call(DescribeCustomKeyStoresRequest::new())
    }

    /// AWS's `DescribeKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn describe_key(&self, key_id: impl Into<String>) -> Call<'_, ops::DescribeKey> {
        self.call(DescribeKeyRequest::new(key_id))
    }

    /// AWS's `DisableKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn disable_key(&self, key_id: impl Into<String>) -> Call<'_, ops::DisableKey> {
        self.call(DisableKeyRequest::new(key_id))
    }

    /// AWS's `DisableKeyRotation`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn disable_key_rotation(&self, key_id: impl Into<String>) -> Call<'_, ops::DisableKeyRotation> {
        self.call(DisableKeyRotationRequest::new(key_id))
    }

    /// AWS's `DisconnectCustomKeyStore`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn disconnect_custom_key_store(
        &self,
        custom_key_store_id: impl Into<String>,
    ) -> Call<'_, ops::DisconnectCustomKeyStore> {
        self.call(DisconnectCustomKeyStoreRequest::new(custom_key_store_id))
    }

    /// AWS's `EnableKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn enable_key(&self, key_id: impl Into<String>) -> Call<'_, ops::EnableKey> {
        self.call(EnableKeyRequest::new(key_id))
    }

    /// AWS's `EnableKeyRotation`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn enable_key_rotation(&self, key_id: impl Into<String>) -> Call<'_, ops::EnableKeyRotation> {
        self.call(EnableKeyRotationRequest::new(key_id))
    }

    /// AWS's `Encapsulate`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn encapsulate(
        &self,
        key_id: impl Into<String>,
        encapsulation_algorithm: impl Into<EncapsulationAlgorithmSpec>,
    ) -> Call<'_, ops::Encapsulate> {
        self.call(EncapsulateRequest::new(key_id, encapsulation_algorithm))
    }

    /// AWS's `Encrypt`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn encrypt(&self, key_id: impl Into<String>, plaintext: impl Into<Secret>) -> Call<'_, ops::Encrypt> {
        self.call(EncryptRequest::new(key_id, plaintext))
    }

    /// AWS's `GenerateDataKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn generate_data_key(
        &self,
        key_id: impl Into<String>,
        data_key_length: impl Into<DataKeyLength>,
    ) -> Call<'_, ops::GenerateDataKey> {
        self.call({
            let input = GenerateDataKeyRequest::new(key_id);
            match data_key_length.into() {
                DataKeyLength::KeySpec(value) => input.key_spec(value),
                DataKeyLength::NumberOfBytes(value) => input.number_of_bytes(value),
            }
        })
    }

    /// AWS's `GenerateDataKeyPair`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn generate_data_key_pair(
        &self,
        key_id: impl Into<String>,
        key_pair_spec: impl Into<DataKeyPairSpec>,
    ) -> Call<'_, ops::GenerateDataKeyPair> {
        self.call(GenerateDataKeyPairRequest::new(key_id, key_pair_spec))
    }

    /// AWS's `GenerateDataKeyPairWithoutPlaintext`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn generate_data_key_pair_without_plaintext(
        &self,
        key_id: impl Into<String>,
        key_pair_spec: impl Into<DataKeyPairSpec>,
    ) -> Call<'_, ops::GenerateDataKeyPairWithoutPlaintext> {
        self.call(GenerateDataKeyPairWithoutPlaintextRequest::new(key_id, key_pair_spec))
    }

    /// AWS's `GenerateDataKeyWithoutPlaintext`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn generate_data_key_without_plaintext(
        &self,
        key_id: impl Into<String>,
        data_key_length: impl Into<DataKeyLength>,
    ) -> Call<'_, ops::GenerateDataKeyWithoutPlaintext> {
        self.call({
            let input = GenerateDataKeyWithoutPlaintextRequest::new(key_id);
            match data_key_length.into() {
                DataKeyLength::KeySpec(value) => input.key_spec(value),
                DataKeyLength::NumberOfBytes(value) => input.number_of_bytes(value),
            }
        })
    }

    /// AWS's `GenerateMac`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn generate_mac(
        &self,
        key_id: impl Into<String>,
        message: impl Into<Secret>,
        mac_algorithm: impl Into<MacAlgorithmSpec>,
    ) -> Call<'_, ops::GenerateMac> {
        self.call(GenerateMacRequest::new(key_id, message, mac_algorithm))
    }

    /// AWS's `GenerateRandom`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn generate_random(&self, number_of_bytes: impl Into<i32>) -> Call<'_, ops::GenerateRandom> {
        self.call(GenerateRandomRequest::new().number_of_bytes(number_of_bytes))
    }

    /// AWS's `GetKeyLastUsage`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn get_key_last_usage(&self, key_id: impl Into<String>) -> Call<'_, ops::GetKeyLastUsage> {
        self.call(GetKeyLastUsageRequest::new(key_id))
    }

    /// AWS's `GetKeyPolicy`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn get_key_policy(&self, key_id: impl Into<String>) -> Call<'_, ops::GetKeyPolicy> {
        self.call(GetKeyPolicyRequest::new(key_id))
    }

    /// AWS's `GetKeyRotationStatus`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn get_key_rotation_status(&self, key_id: impl Into<String>) -> Call<'_, ops::GetKeyRotationStatus> {
        self.call(GetKeyRotationStatusRequest::new(key_id))
    }

    /// AWS's `GetParametersForImport`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn get_parameters_for_import(
        &self,
        key_id: impl Into<String>,
        wrapping_algorithm: impl Into<AlgorithmSpec>,
        wrapping_key_spec: impl Into<WrappingKeySpec>,
    ) -> Call<'_, ops::GetParametersForImport> {
        self.call(GetParametersForImportRequest::new(key_id, wrapping_algorithm, wrapping_key_spec))
    }

    /// AWS's `GetPublicKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn get_public_key(&self, key_id: impl Into<String>) -> Call<'_, ops::GetPublicKey> {
        self.call(GetPublicKeyRequest::new(key_id))
    }

    /// AWS's `ImportKeyMaterial`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn import_key_material(
        &self,
        key_id: impl Into<String>,
        encrypted_key_material: impl Into<Vec<u8>>,
        import_token: impl Into<Vec<u8>>,
    ) -> Call<'_, ops::ImportKeyMaterial> {
        self.call(ImportKeyMaterialRequest::new(key_id, encrypted_key_material, import_token))
    }

    /// AWS's `ListAliases`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_aliases(&self) -> Call<'_, ops::ListAliases> {
        self.call(ListAliasesRequest::new())
    }

    /// AWS's `ListGrants`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_grants(&self, key_id: impl Into<String>) -> Call<'_, ops::ListGrants> {
        self.call(ListGrantsRequest::new(key_id))
    }

    /// AWS's `ListKeyPolicies`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_key_policies(&self, key_id: impl Into<String>) -> Call<'_, ops::ListKeyPolicies> {
        self.call(ListKeyPoliciesRequest::new(key_id))
    }

    /// AWS's `ListKeyRotations`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_key_rotations(&self, key_id: impl Into<String>) -> Call<'_, ops::ListKeyRotations> {
        self.call(ListKeyRotationsRequest::new(key_id))
    }

    /// AWS's `ListKeys`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_keys(&self) -> Call<'_, ops::ListKeys> {
        self.call(ListKeysRequest::new())
    }

    /// AWS's `ListResourceTags`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_resource_tags(&self, key_id: impl Into<String>) -> Call<'_, ops::ListResourceTags> {
        self.call(ListResourceTagsRequest::new(key_id))
    }

    /// AWS's `ListRetirableGrants`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn list_retirable_grants(&self) -> Call<'_, ops::ListRetirableGrants> {
        self.call(ListRetirableGrantsRequest::new())
    }

    /// AWS's `PutKeyPolicy`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn put_key_policy(&self, key_id: impl Into<String>, policy: impl Into<String>) -> Call<'_, ops::PutKeyPolicy> {
        self.call(PutKeyPolicyRequest::new(key_id, policy))
    }

    /// AWS's `ReEncrypt`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn re_encrypt(
        &self,
        destination_key_id: impl Into<String>,
        ciphertext_blob: impl Into<Vec<u8>>,
    ) -> Call<'_, ops::ReEncrypt> {
        self.call(ReEncryptRequest::new(destination_key_id).ciphertext_blob(ciphertext_blob))
    }

    /// AWS's `ReEncrypt`, [IgnoringCiphertext].
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn re_encrypt_ignoring_ciphertext(
        &self,
        destination_key_id: impl Into<String>,
        source_key_id: impl Into<String>,
    ) -> Call<'_, ops::ReEncrypt, IgnoringCiphertext> {
        self.call(
            ReEncryptRequest::new(destination_key_id)
                .source_key_id(source_key_id)
                .dry_run(true)
                .dry_run_modifiers([DryRunModifierType::IgnoreCiphertext]),
        )
    }

    /// AWS's `ReplicateKey`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn replicate_key(
        &self,
        key_id: impl Into<String>,
        replica_region: impl Into<String>,
    ) -> Call<'_, ops::ReplicateKey> {
        self.call(ReplicateKeyRequest::new(key_id, replica_region))
    }

    /// AWS's `RetireGrant`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn retire_grant(&self) -> Call<'_, ops::RetireGrant> {
        self.call(RetireGrantRequest::new())
    }

    /// AWS's `RevokeGrant`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn revoke_grant(&self, key_id: impl Into<String>, grant_id: impl Into<String>) -> Call<'_, ops::RevokeGrant> {
        self.call(RevokeGrantRequest::new(key_id, grant_id))
    }

    /// AWS's `RotateKeyOnDemand`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn rotate_key_on_demand(&self, key_id: impl Into<String>) -> Call<'_, ops::RotateKeyOnDemand> {
        self.call(RotateKeyOnDemandRequest::new(key_id))
    }

    /// AWS's `ScheduleKeyDeletion`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn schedule_key_deletion(&self, key_id: impl Into<String>) -> Call<'_, ops::ScheduleKeyDeletion> {
        self.call(ScheduleKeyDeletionRequest::new(key_id))
    }

    /// AWS's `Sign`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn sign(
        &self,
        key_id: impl Into<String>,
        message: impl Into<Secret>,
        signing_algorithm: impl Into<SigningAlgorithmSpec>,
    ) -> Call<'_, ops::Sign> {
        self.call(SignRequest::new(key_id, message, signing_algorithm))
    }

    /// AWS's `TagResource`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn tag_resource(
        &self,
        key_id: impl Into<String>,
        tags: impl IntoIterator<Item = impl Into<Tag>>,
    ) -> Call<'_, ops::TagResource> {
        self.call(TagResourceRequest::new(key_id, tags))
    }

    /// AWS's `UntagResource`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn untag_resource(
        &self,
        key_id: impl Into<String>,
        tag_keys: impl IntoIterator<Item = impl Into<String>>,
    ) -> Call<'_, ops::UntagResource> {
        self.call(UntagResourceRequest::new(key_id, tag_keys))
    }

    /// AWS's `UpdateAlias`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn update_alias(
        &self,
        alias_name: impl Into<String>,
        target_key_id: impl Into<String>,
    ) -> Call<'_, ops::UpdateAlias> {
        self.call(UpdateAliasRequest::new(alias_name, target_key_id))
    }

    /// AWS's `UpdateCustomKeyStore`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn update_custom_key_store(
        &self,
        custom_key_store_id: impl Into<String>,
    ) -> Call<'_, ops::UpdateCustomKeyStore> {
        self.call(UpdateCustomKeyStoreRequest::new(custom_key_store_id))
    }

    /// AWS's `UpdateKeyDescription`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn update_key_description(
        &self,
        key_id: impl Into<String>,
        description: impl Into<String>,
    ) -> Call<'_, ops::UpdateKeyDescription> {
        self.call(UpdateKeyDescriptionRequest::new(key_id, description))
    }

    /// AWS's `UpdatePrimaryRegion`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn update_primary_region(
        &self,
        key_id: impl Into<String>,
        primary_region: impl Into<String>,
    ) -> Call<'_, ops::UpdatePrimaryRegion> {
        self.call(UpdatePrimaryRegionRequest::new(key_id, primary_region))
    }

    /// AWS's `Verify`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn verify(
        &self,
        key_id: impl Into<String>,
        message: impl Into<Secret>,
        signature: impl Into<Vec<u8>>,
        signing_algorithm: impl Into<SigningAlgorithmSpec>,
    ) -> Call<'_, ops::Verify> {
        self.call(VerifyRequest::new(key_id, message, signature, signing_algorithm))
    }

    /// AWS's `VerifyMac`.
    ///
    /// [`send`](Call::send) does not compile in a version that does not serve it.
    pub fn verify_mac(
        &self,
        key_id: impl Into<String>,
        message: impl Into<Secret>,
        mac: impl Into<Vec<u8>>,
        mac_algorithm: impl Into<MacAlgorithmSpec>,
    ) -> Call<'_, ops::VerifyMac> {
        self.call(VerifyMacRequest::new(key_id, message, mac, mac_algorithm))
    }
}

impl Call<'_, ops::CreateCustomKeyStore> {
    /// AWS's `CloudHsmClusterId`.
    pub fn cloud_hsm_cluster_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.cloud_hsm_cluster_id(value);
        self
    }

    /// AWS's `CustomKeyStoreType`.
    pub fn custom_key_store_type(mut self, value: impl Into<CustomKeyStoreType>) -> Self {
        self.input = self.input.custom_key_store_type(value);
        self
    }

    /// AWS's `KeyStorePassword`.
    pub fn key_store_password(mut self, value: impl Into<Secret>) -> Self {
        self.input = self.input.key_store_password(value);
        self
    }

    /// AWS's `TrustAnchorCertificate`.
    pub fn trust_anchor_certificate(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.trust_anchor_certificate(value);
        self
    }

    /// AWS's `XksProxyAuthenticationCredential`.
    pub fn xks_proxy_authentication_credential(
        mut self,
        value: impl Into<XksProxyAuthenticationCredentialType>,
    ) -> Self {
        self.input = self.input.xks_proxy_authentication_credential(value);
        self
    }

    /// AWS's `XksProxyConnectivity`.
    pub fn xks_proxy_connectivity(mut self, value: impl Into<XksProxyConnectivityType>) -> Self {
        self.input = self.input.xks_proxy_connectivity(value);
        self
    }

    /// AWS's `XksProxyUriEndpoint`.
    pub fn xks_proxy_uri_endpoint(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_uri_endpoint(value);
        self
    }

    /// AWS's `XksProxyUriPath`.
    pub fn xks_proxy_uri_path(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_uri_path(value);
        self
    }

    /// AWS's `XksProxyVpcEndpointServiceName`.
    pub fn xks_proxy_vpc_endpoint_service_name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_vpc_endpoint_service_name(value);
        self
    }

    /// AWS's `XksProxyVpcEndpointServiceOwner`.
    pub fn xks_proxy_vpc_endpoint_service_owner(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_vpc_endpoint_service_owner(value);
        self
    }
}

impl Call<'_, ops::CreateGrant> {
    /// AWS's `Constraints`.
    pub fn constraints(mut self, value: impl Into<GrantConstraints>) -> Self {
        self.input = self.input.constraints(value);
        self
    }

    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `GranteePrincipal`.
    pub fn grantee_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grantee_principal(value);
        self
    }

    /// AWS's `GranteeServicePrincipal`.
    pub fn grantee_service_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grantee_service_principal(value);
        self
    }

    /// AWS's `Name`.
    pub fn name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.name(value);
        self
    }

    /// AWS's `RetiringPrincipal`.
    pub fn retiring_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.retiring_principal(value);
        self
    }

    /// AWS's `RetiringServicePrincipal`.
    pub fn retiring_service_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.retiring_service_principal(value);
        self
    }
}

impl Call<'_, ops::CreateKey> {
    /// AWS's `KeySpec`, and the `KeyUsage` that its type says: see [KeyKind].
    pub fn key_spec(mut self, key_kind: impl Into<KeyKind>) -> Self {
        self.input = match key_kind.into() {
            KeyKind::EncryptDecrypt(value) => self.input.key_usage(KeyUsageType::EncryptDecrypt).key_spec(value),
            KeyKind::SignVerify(value) => self.input.key_usage(KeyUsageType::SignVerify).key_spec(value),
            KeyKind::GenerateVerifyMac(value) => self.input.key_usage(KeyUsageType::GenerateVerifyMac).key_spec(value),
            KeyKind::KeyAgreement(value) => self.input.key_usage(KeyUsageType::KeyAgreement).key_spec(value),
            KeyKind::EncapsulateDecapsulate(value) => {
                self.input.key_usage(KeyUsageType::EncapsulateDecapsulate).key_spec(value)
            }
        };
        self
    }

    /// AWS's `BypassPolicyLockoutSafetyCheck`.
    pub fn bypass_policy_lockout_safety_check(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.bypass_policy_lockout_safety_check(value);
        self
    }

    /// AWS's `CustomKeyStoreId`.
    pub fn custom_key_store_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.custom_key_store_id(value);
        self
    }

    /// AWS's `Description`.
    pub fn description(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.description(value);
        self
    }

    /// AWS's `MultiRegion`.
    pub fn multi_region(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.multi_region(value);
        self
    }

    /// AWS's `Origin`.
    pub fn origin(mut self, value: impl Into<OriginType>) -> Self {
        self.input = self.input.origin(value);
        self
    }

    /// AWS's `Policy`.
    pub fn policy(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.policy(value);
        self
    }

    /// AWS's `Tags`: these items.
    pub fn tags(mut self, items: impl IntoIterator<Item = impl Into<Tag>>) -> Self {
        self.input = self.input.tags(items);
        self
    }

    /// AWS's `XksKeyId`.
    pub fn xks_key_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_key_id(value);
        self
    }
}

impl Call<'_, ops::Decapsulate> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl<F> Call<'_, ops::Decrypt, F> {
    /// AWS's `EncryptionAlgorithm`.
    pub fn encryption_algorithm(mut self, value: impl Into<EncryptionAlgorithmSpec>) -> Self {
        self.input = self.input.encryption_algorithm(value);
        self
    }

    /// One pair more of AWS's `EncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("encryptionContext", |input| &mut input.encryption_context, key.into(), value.into())
    }

    /// AWS's `EncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `Recipient`.
    pub fn recipient(mut self, value: impl Into<RecipientInfo>) -> Self {
        self.input = self.input.recipient(value);
        self
    }
}

impl Call<'_, ops::Decrypt> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `KeyId`.
    pub fn key_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.key_id(value);
        self
    }
}

impl Call<'_, ops::DeleteImportedKeyMaterial> {
    /// AWS's `KeyMaterialId`.
    pub fn key_material_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.key_material_id(value);
        self
    }
}

impl Call<'_, ops::DeriveSharedSecret> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `Recipient`.
    pub fn recipient(mut self, value: impl Into<RecipientInfo>) -> Self {
        self.input = self.input.recipient(value);
        self
    }
}

impl Call<'_, ops::DescribeCustomKeyStores> {
    /// AWS's `CustomKeyStoreId`.
    pub fn custom_key_store_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.custom_key_store_id(value);
        self
    }

    /// AWS's `CustomKeyStoreName`.
    pub fn custom_key_store_name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.custom_key_store_name(value);
        self
    }

    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }
}

impl Call<'_, ops::DescribeKey> {
    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::EnableKeyRotation> {
    /// AWS's `RotationPeriodInDays`.
    pub fn rotation_period_in_days(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.rotation_period_in_days(value);
        self
    }
}

impl Call<'_, ops::Encapsulate> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::Encrypt> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `EncryptionAlgorithm`.
    pub fn encryption_algorithm(mut self, value: impl Into<EncryptionAlgorithmSpec>) -> Self {
        self.input = self.input.encryption_algorithm(value);
        self
    }

    /// One pair more of AWS's `EncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("encryptionContext", |input| &mut input.encryption_context, key.into(), value.into())
    }

    /// AWS's `EncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::GenerateDataKey> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// One pair more of AWS's `EncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("encryptionContext", |input| &mut input.encryption_context, key.into(), value.into())
    }

    /// AWS's `EncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `Recipient`.
    pub fn recipient(mut self, value: impl Into<RecipientInfo>) -> Self {
        self.input = self.input.recipient(value);
        self
    }
}

impl Call<'_, ops::GenerateDataKeyPair> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// One pair more of AWS's `EncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("encryptionContext", |input| &mut input.encryption_context, key.into(), value.into())
    }

    /// AWS's `EncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `Recipient`.
    pub fn recipient(mut self, value: impl Into<RecipientInfo>) -> Self {
        self.input = self.input.recipient(value);
        self
    }
}

impl Call<'_, ops::GenerateDataKeyPairWithoutPlaintext> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// One pair more of AWS's `EncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("encryptionContext", |input| &mut input.encryption_context, key.into(), value.into())
    }

    /// AWS's `EncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::GenerateDataKeyWithoutPlaintext> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// One pair more of AWS's `EncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("encryptionContext", |input| &mut input.encryption_context, key.into(), value.into())
    }

    /// AWS's `EncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::GenerateMac> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::GenerateRandom> {
    /// AWS's `CustomKeyStoreId`.
    pub fn custom_key_store_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.custom_key_store_id(value);
        self
    }

    /// AWS's `Recipient`.
    pub fn recipient(mut self, value: impl Into<RecipientInfo>) -> Self {
        self.input = self.input.recipient(value);
        self
    }
}

impl Call<'_, ops::GetKeyPolicy> {
    /// AWS's `PolicyName`.
    pub fn policy_name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.policy_name(value);
        self
    }
}

impl Call<'_, ops::GetPublicKey> {
    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}

impl Call<'_, ops::ImportKeyMaterial> {
    /// AWS's `ExpirationModel`.
    pub fn expiration_model(mut self, value: impl Into<ExpirationModelType>) -> Self {
        self.input = self.input.expiration_model(value);
        self
    }

    /// AWS's `ImportType`.
    pub fn import_type(mut self, value: impl Into<ImportType>) -> Self {
        self.input = self.input.import_type(value);
        self
    }

    /// AWS's `KeyMaterialDescription`.
    pub fn key_material_description(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.key_material_description(value);
        self
    }

    /// AWS's `KeyMaterialId`.
    pub fn key_material_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.key_material_id(value);
        self
    }

    /// AWS's `ValidTo`.
    pub fn valid_to(mut self, value: impl Into<Timestamp>) -> Self {
        self.input = self.input.valid_to(value);
        self
    }
}

impl Call<'_, ops::ListAliases> {
    /// AWS's `KeyId`.
    pub fn key_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.key_id(value);
        self
    }

    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }
}

impl Call<'_, ops::ListGrants> {
    /// AWS's `GrantId`.
    pub fn grant_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grant_id(value);
        self
    }

    /// AWS's `GranteePrincipal`.
    pub fn grantee_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grantee_principal(value);
        self
    }

    /// AWS's `GranteeServicePrincipal`.
    pub fn grantee_service_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grantee_service_principal(value);
        self
    }

    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }
}

impl Call<'_, ops::ListKeyPolicies> {
    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }
}

impl Call<'_, ops::ListKeyRotations> {
    /// AWS's `IncludeKeyMaterial`.
    pub fn include_key_material(mut self, value: impl Into<IncludeKeyMaterial>) -> Self {
        self.input = self.input.include_key_material(value);
        self
    }

    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }
}

impl Call<'_, ops::ListKeys> {
    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }

    /// AWS's `ResourceOwners`: these items.
    pub fn resource_owners(mut self, items: impl IntoIterator<Item = impl Into<ResourceOwnerType>>) -> Self {
        self.input = self.input.resource_owners(items);
        self
    }
}

impl Call<'_, ops::ListResourceTags> {
    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }
}

impl Call<'_, ops::ListRetirableGrants> {
    /// AWS's `Limit`.
    pub fn limit(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.limit(value);
        self
    }

    /// AWS's `Marker`.
    pub fn marker(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.marker(value);
        self
    }

    /// AWS's `RetiringPrincipal`.
    pub fn retiring_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.retiring_principal(value);
        self
    }

    /// AWS's `RetiringServicePrincipal`.
    pub fn retiring_service_principal(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.retiring_service_principal(value);
        self
    }
}

impl Call<'_, ops::PutKeyPolicy> {
    /// AWS's `BypassPolicyLockoutSafetyCheck`.
    pub fn bypass_policy_lockout_safety_check(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.bypass_policy_lockout_safety_check(value);
        self
    }

    /// AWS's `PolicyName`.
    pub fn policy_name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.policy_name(value);
        self
    }
}

impl<F> Call<'_, ops::ReEncrypt, F> {
    /// AWS's `DestinationEncryptionAlgorithm`.
    pub fn destination_encryption_algorithm(mut self, value: impl Into<EncryptionAlgorithmSpec>) -> Self {
        self.input = self.input.destination_encryption_algorithm(value);
        self
    }

    /// One pair more of AWS's `DestinationEncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn destination_encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair(
            "destinationEncryptionContext",
            |input| &mut input.destination_encryption_context,
            key.into(),
            value.into(),
        )
    }

    /// AWS's `DestinationEncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn destination_encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.destination_encryption_context(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `SourceEncryptionAlgorithm`.
    pub fn source_encryption_algorithm(mut self, value: impl Into<EncryptionAlgorithmSpec>) -> Self {
        self.input = self.input.source_encryption_algorithm(value);
        self
    }

    /// One pair more of AWS's `SourceEncryptionContext`. A key that stands twice is a `ValidationException` of [`send`](Call::send).
    pub fn source_encryption_context(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pair("sourceEncryptionContext", |input| &mut input.source_encryption_context, key.into(), value.into())
    }

    /// AWS's `SourceEncryptionContext` as a whole; pairs that are added one by one come on top.
    pub fn source_encryption_context_map(mut self, value: impl Into<EncryptionContext>) -> Self {
        self.input = self.input.source_encryption_context(value);
        self
    }
}

impl Call<'_, ops::ReEncrypt> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `SourceKeyId`.
    pub fn source_key_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.source_key_id(value);
        self
    }
}

impl Call<'_, ops::ReplicateKey> {
    /// AWS's `BypassPolicyLockoutSafetyCheck`.
    pub fn bypass_policy_lockout_safety_check(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.bypass_policy_lockout_safety_check(value);
        self
    }

    /// AWS's `Description`.
    pub fn description(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.description(value);
        self
    }

    /// AWS's `Policy`.
    pub fn policy(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.policy(value);
        self
    }

    /// AWS's `Tags`: these items.
    pub fn tags(mut self, items: impl IntoIterator<Item = impl Into<Tag>>) -> Self {
        self.input = self.input.tags(items);
        self
    }
}

impl Call<'_, ops::RetireGrant> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantId`.
    pub fn grant_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grant_id(value);
        self
    }

    /// AWS's `GrantToken`.
    pub fn grant_token(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.grant_token(value);
        self
    }

    /// AWS's `KeyId`.
    pub fn key_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.key_id(value);
        self
    }
}

impl Call<'_, ops::RevokeGrant> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }
}

impl Call<'_, ops::ScheduleKeyDeletion> {
    /// AWS's `PendingWindowInDays`.
    pub fn pending_window_in_days(mut self, value: impl Into<i32>) -> Self {
        self.input = self.input.pending_window_in_days(value);
        self
    }
}

impl Call<'_, ops::Sign> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `MessageType`.
    pub fn message_type(mut self, value: impl Into<MessageType>) -> Self {
        self.input = self.input.message_type(value);
        self
    }
}

impl Call<'_, ops::UpdateCustomKeyStore> {
    /// AWS's `CloudHsmClusterId`.
    pub fn cloud_hsm_cluster_id(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.cloud_hsm_cluster_id(value);
        self
    }

    /// AWS's `KeyStorePassword`.
    pub fn key_store_password(mut self, value: impl Into<Secret>) -> Self {
        self.input = self.input.key_store_password(value);
        self
    }

    /// AWS's `NewCustomKeyStoreName`.
    pub fn new_custom_key_store_name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.new_custom_key_store_name(value);
        self
    }

    /// AWS's `XksProxyAuthenticationCredential`.
    pub fn xks_proxy_authentication_credential(
        mut self,
        value: impl Into<XksProxyAuthenticationCredentialType>,
    ) -> Self {
        self.input = self.input.xks_proxy_authentication_credential(value);
        self
    }

    /// AWS's `XksProxyConnectivity`.
    pub fn xks_proxy_connectivity(mut self, value: impl Into<XksProxyConnectivityType>) -> Self {
        self.input = self.input.xks_proxy_connectivity(value);
        self
    }

    /// AWS's `XksProxyUriEndpoint`.
    pub fn xks_proxy_uri_endpoint(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_uri_endpoint(value);
        self
    }

    /// AWS's `XksProxyUriPath`.
    pub fn xks_proxy_uri_path(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_uri_path(value);
        self
    }

    /// AWS's `XksProxyVpcEndpointServiceName`.
    pub fn xks_proxy_vpc_endpoint_service_name(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_vpc_endpoint_service_name(value);
        self
    }

    /// AWS's `XksProxyVpcEndpointServiceOwner`.
    pub fn xks_proxy_vpc_endpoint_service_owner(mut self, value: impl Into<String>) -> Self {
        self.input = self.input.xks_proxy_vpc_endpoint_service_owner(value);
        self
    }
}

impl Call<'_, ops::Verify> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }

    /// AWS's `MessageType`.
    pub fn message_type(mut self, value: impl Into<MessageType>) -> Self {
        self.input = self.input.message_type(value);
        self
    }
}

impl Call<'_, ops::VerifyMac> {
    /// AWS's `DryRun`.
    pub fn dry_run(mut self, value: impl Into<bool>) -> Self {
        self.input = self.input.dry_run(value);
        self
    }

    /// AWS's `GrantTokens`: these items.
    pub fn grant_tokens(mut self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.input = self.input.grant_tokens(items);
        self
    }
}
