// The SDK warns users of Node.js 20 of versions to come; ours is pinned.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/**
 * The SDK's own retries: throttling, 5xx and broken connections are tried again with exponential back-off, as often as
 * Key Vault's guidance has it (vault-policies.ts), where AWS's default is twice
 * (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 */
export const PATIENT = {
  maxAttempts: 6,
  retryMode: "standard",
  // The last two for an answer that never comes, and for one that stops in the middle.
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    throwOnRequestTimeout: true,
    socketTimeout: 20_000,
  },
} as const;

/** For what is only looked at while somebody waits: two tries of a few seconds, and then it is not known. */
export const BRIEF = {
  ...PATIENT,
  maxAttempts: 2,
  requestHandler: { ...PATIENT.requestHandler, connectionTimeout: 3_000, requestTimeout: 8_000, socketTimeout: 8_000 },
} as const;
