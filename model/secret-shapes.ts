/**
 * What a secret looks like, of the kinds that have a look of their own. The patterns are also those of
 * charts/mmrv-app/templates/checks.yaml, and so look neither ahead nor behind, which Go cannot. What comes before a sign is
 * bounded: without that a long text is searched from each of its letters to its end.
 */
const SECRET_SHAPES: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  // Long-lived and temporary: docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids.
  { kind: "an access key of AWS", pattern: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { kind: "a private key", pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/ },
  { kind: "a password in a URL", pattern: /[a-zA-Z][a-zA-Z0-9+.-]{0,30}:\/\/[^\s:/@]*:[^\s/@]+@/ },
  { kind: "a password in a connection string", pattern: /\b([Pp]assword|[Pp]wd)=[^;\s"]+/ },
  // Also where that JSON stands in a text of another.
  { kind: "a password in JSON", pattern: /"[\w.-]{0,40}([Pp]assword|PASSWORD)\\*"\s*:\s*\\*"[^"\\]/ },
  { kind: "a key of Stripe", pattern: /\b[rs]k_live_[A-Za-z0-9]{10,}/ },
  { kind: "a token of GitHub", pattern: /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/ },
  { kind: "a token of Slack", pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/ },
  // Whoever has the address may write there: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
  { kind: "a webhook of Slack", pattern: /\bhooks\.slack\.com\/(services|workflows|triggers)\/\w+\/\w+/ },
  {
    kind: "a webhook of Teams",
    pattern: /\b(outlook\.office|outlook\.office365|webhook\.office)\.com\/webhook(b2)?\/\w/,
  },
  { kind: "a token of npm", pattern: /\bnpm_[A-Za-z0-9]{30,}/ },
  { kind: "a key of Azure", pattern: /\b(Account|SharedAccess)Key=[A-Za-z0-9+/=]{20,}/ },
  { kind: "a signed token (JWT)", pattern: /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]+/ },
];

/** What kind of secret a text looks like, or has in it; undefined for none. */
export const secretIn = (text: string): string | undefined =>
  SECRET_SHAPES.find(({ pattern }) => pattern.test(text))?.kind;
