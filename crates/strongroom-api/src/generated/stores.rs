//! Requests, responses and their parts: `stores`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    ConnectCustomKeyStoreRequest: CONNECT_CUSTOM_KEY_STORE_REQUEST
    new { custom_key_store_id: required String, }
    set { }
    list { }
    members {
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: required String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    ConnectCustomKeyStoreResponse: CONNECT_CUSTOM_KEY_STORE_RESPONSE
    new { }
    set { }
    list { }
    members {
    }
}

structure! {
    CreateCustomKeyStoreRequest: CREATE_CUSTOM_KEY_STORE_REQUEST
    new { custom_key_store_name: required String, }
    set { cloud_hsm_cluster_id: String, custom_key_store_type: CustomKeyStoreType, key_store_password: Secret, trust_anchor_certificate: String, xks_proxy_authentication_credential: XksProxyAuthenticationCredentialType, xks_proxy_connectivity: XksProxyConnectivityType, xks_proxy_uri_endpoint: String, xks_proxy_uri_path: String, xks_proxy_vpc_endpoint_service_name: String, xks_proxy_vpc_endpoint_service_owner: String, }
    list { }
    members {
        "CloudHsmClusterId" "clusterId" cloud_hsm_cluster_id: optional String, CLOUD_HSM_CLUSTER_ID_TYPE, IfSent;
        "CustomKeyStoreName" "customKeyStoreName" custom_key_store_name: required String, CUSTOM_KEY_STORE_NAME_TYPE, IfSent;
        "CustomKeyStoreType" "customKeyStoreType" custom_key_store_type: optional CustomKeyStoreType, CUSTOM_KEY_STORE_TYPE, IfSent .or(DefaultValue::Str("AWS_CLOUDHSM"));
        "KeyStorePassword" "keyStorePassword" key_store_password: optional Secret, KEY_STORE_PASSWORD_TYPE, Never;
        "TrustAnchorCertificate" "trustAnchorCertificate" trust_anchor_certificate: optional String, TRUST_ANCHOR_CERTIFICATE_TYPE, Never;
        "XksProxyAuthenticationCredential" "xksProxyAuthenticationCredential" xks_proxy_authentication_credential: optional XksProxyAuthenticationCredentialType, XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE, Never;
        "XksProxyConnectivity" "xksProxyConnectivity" xks_proxy_connectivity: optional XksProxyConnectivityType, XKS_PROXY_CONNECTIVITY_TYPE, IfSent;
        "XksProxyUriEndpoint" "xksProxyUriEndpoint" xks_proxy_uri_endpoint: optional String, XKS_PROXY_URI_ENDPOINT_TYPE, IfSent;
        "XksProxyUriPath" "xksProxyUriPath" xks_proxy_uri_path: optional String, XKS_PROXY_URI_PATH_TYPE, IfSent;
        "XksProxyVpcEndpointServiceName" "xksProxyVpcEndpointServiceName" xks_proxy_vpc_endpoint_service_name: optional String, XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE, IfSent;
        "XksProxyVpcEndpointServiceOwner" "xksProxyVpcEndpointServiceOwner" xks_proxy_vpc_endpoint_service_owner: optional String, ACCOUNT_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    CreateCustomKeyStoreResponse: CREATE_CUSTOM_KEY_STORE_RESPONSE
    new { custom_key_store_id: present String, }
    set { }
    list { }
    members {
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: present String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
    }
}

structure! {
    CustomKeyStoresListEntry: CUSTOM_KEY_STORES_LIST_ENTRY
    parts CustomKeyStoresListEntryParts { custom_key_store_id: present String, custom_key_store_name: present String, custom_key_store_type: present CustomKeyStoreType, connection_state: present ConnectionStateType, creation_date: present Timestamp, }
    set { cloud_hsm_cluster_id: String, connection_error_code: ConnectionErrorCodeType, trust_anchor_certificate: String, xks_proxy_configuration: XksProxyConfigurationType, }
    list { }
    members {
        "CloudHsmClusterId" "cloudHsmClusterId" cloud_hsm_cluster_id: optional String, CLOUD_HSM_CLUSTER_ID_TYPE, IfSent;
        "ConnectionErrorCode" "connectionErrorCode" connection_error_code: optional ConnectionErrorCodeType, CONNECTION_ERROR_CODE_TYPE, IfSent;
        "ConnectionState" "connectionState" connection_state: present ConnectionStateType, CONNECTION_STATE_TYPE, IfSent;
        "CreationDate" "creationDate" creation_date: present Timestamp, DATE_TYPE, IfSent;
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: present String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "CustomKeyStoreName" "customKeyStoreName" custom_key_store_name: present String, CUSTOM_KEY_STORE_NAME_TYPE, IfSent;
        "CustomKeyStoreType" "customKeyStoreType" custom_key_store_type: present CustomKeyStoreType, CUSTOM_KEY_STORE_TYPE, IfSent;
        "TrustAnchorCertificate" "trustAnchorCertificate" trust_anchor_certificate: optional String, TRUST_ANCHOR_CERTIFICATE_TYPE, Never;
        "XksProxyConfiguration" "xksProxyConfiguration" xks_proxy_configuration: optional XksProxyConfigurationType, XKS_PROXY_CONFIGURATION_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DeleteCustomKeyStoreRequest: DELETE_CUSTOM_KEY_STORE_REQUEST
    new { custom_key_store_id: required String, }
    set { }
    list { }
    members {
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: required String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    DeleteCustomKeyStoreResponse: DELETE_CUSTOM_KEY_STORE_RESPONSE
    new { }
    set { }
    list { }
    members {
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    DescribeCustomKeyStoresRequest: DESCRIBE_CUSTOM_KEY_STORES_REQUEST
    new { }
    set { custom_key_store_id: String, custom_key_store_name: String, limit: i32, marker: String, }
    list { }
    members {
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: optional String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "CustomKeyStoreName" "customKeyStoreName" custom_key_store_name: optional String, CUSTOM_KEY_STORE_NAME_TYPE, IfSent;
        "Limit" "limit" limit: optional i32, LIMIT_TYPE, IfSent;
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
    }
}

structure! {
    DescribeCustomKeyStoresResponse: DESCRIBE_CUSTOM_KEY_STORES_RESPONSE
    new { custom_key_stores: present_list CustomKeyStoresListEntry, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "CustomKeyStores" "customKeyStores" custom_key_stores: present_list CustomKeyStoresListEntry, CUSTOM_KEY_STORES_LIST, IfSent;
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DisconnectCustomKeyStoreRequest: DISCONNECT_CUSTOM_KEY_STORE_REQUEST
    new { custom_key_store_id: required String, }
    set { }
    list { }
    members {
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: required String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    DisconnectCustomKeyStoreResponse: DISCONNECT_CUSTOM_KEY_STORE_RESPONSE
    new { }
    set { }
    list { }
    members {
    }
}

structure! {
    UpdateCustomKeyStoreRequest: UPDATE_CUSTOM_KEY_STORE_REQUEST
    new { custom_key_store_id: required String, }
    set { cloud_hsm_cluster_id: String, key_store_password: Secret, new_custom_key_store_name: String, xks_proxy_authentication_credential: XksProxyAuthenticationCredentialType, xks_proxy_connectivity: XksProxyConnectivityType, xks_proxy_uri_endpoint: String, xks_proxy_uri_path: String, xks_proxy_vpc_endpoint_service_name: String, xks_proxy_vpc_endpoint_service_owner: String, }
    list { }
    members {
        "CloudHsmClusterId" "clusterId" cloud_hsm_cluster_id: optional String, CLOUD_HSM_CLUSTER_ID_TYPE, IfSent;
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: required String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "KeyStorePassword" "keyStorePassword" key_store_password: optional Secret, KEY_STORE_PASSWORD_TYPE, Never;
        "NewCustomKeyStoreName" "newCustomKeyStoreName" new_custom_key_store_name: optional String, CUSTOM_KEY_STORE_NAME_TYPE, IfSent;
        "XksProxyAuthenticationCredential" "xksProxyAuthenticationCredential" xks_proxy_authentication_credential: optional XksProxyAuthenticationCredentialType, XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE, Never;
        "XksProxyConnectivity" "xksProxyConnectivity" xks_proxy_connectivity: optional XksProxyConnectivityType, XKS_PROXY_CONNECTIVITY_TYPE, IfSent;
        "XksProxyUriEndpoint" "xksProxyUriEndpoint" xks_proxy_uri_endpoint: optional String, XKS_PROXY_URI_ENDPOINT_TYPE, IfSent;
        "XksProxyUriPath" "xksProxyUriPath" xks_proxy_uri_path: optional String, XKS_PROXY_URI_PATH_TYPE, IfSent;
        "XksProxyVpcEndpointServiceName" "xksProxyVpcEndpointServiceName" xks_proxy_vpc_endpoint_service_name: optional String, XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE, IfSent;
        "XksProxyVpcEndpointServiceOwner" "xksProxyVpcEndpointServiceOwner" xks_proxy_vpc_endpoint_service_owner: optional String, ACCOUNT_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    UpdateCustomKeyStoreResponse: UPDATE_CUSTOM_KEY_STORE_RESPONSE
    new { }
    set { }
    list { }
    members {
    }
}

structure! {
    XksProxyAuthenticationCredentialType: XKS_PROXY_AUTHENTICATION_CREDENTIAL_TYPE
    new { access_key_id: required Secret, raw_secret_access_key: required Secret, }
    set { }
    list { }
    members {
        "AccessKeyId" "accessKeyId" access_key_id: required Secret, XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE, Never;
        "RawSecretAccessKey" "rawSecretAccessKey" raw_secret_access_key: required Secret, XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY_TYPE, Never;
    }
}

structure! {
    XksProxyConfigurationType: XKS_PROXY_CONFIGURATION_TYPE
    parts XksProxyConfigurationTypeParts { connectivity: present XksProxyConnectivityType, access_key_id: present Secret, uri_endpoint: present String, uri_path: present String, }
    set { vpc_endpoint_service_name: String, vpc_endpoint_service_owner: String, }
    list { }
    members {
        "AccessKeyId" "accessKeyId" access_key_id: present Secret, XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE, Never;
        "Connectivity" "connectivity" connectivity: present XksProxyConnectivityType, XKS_PROXY_CONNECTIVITY_TYPE, IfSent;
        "UriEndpoint" "uriEndpoint" uri_endpoint: present String, XKS_PROXY_URI_ENDPOINT_TYPE, IfSent;
        "UriPath" "uriPath" uri_path: present String, XKS_PROXY_URI_PATH_TYPE, IfSent;
        "VpcEndpointServiceName" "vpcEndpointServiceName" vpc_endpoint_service_name: optional String, XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE, IfSent;
        "VpcEndpointServiceOwner" "vpcEndpointServiceOwner" vpc_endpoint_service_owner: optional String, ACCOUNT_ID_TYPE, IfSent;
    }
}
