/** How every storage account of ours is set: Entra is the only way in, and nothing is public. */
export const HARDENED_STORAGE = {
  accountTier: "Standard",
  minTlsVersion: "TLS1_2",
  httpsTrafficOnlyEnabled: true,
  // The provider reads the keys into the state; switched off, they open nothing.
  sharedAccessKeyEnabled: false,
  defaultToOauthAuthentication: true,
  localUserEnabled: false,
  allowNestedItemsToBePublic: false,
  crossTenantReplicationEnabled: false,
  // Encrypted twice, which cannot be turned on later.
  infrastructureEncryptionEnabled: true,
} as const;
