import { below, drops, type Fields, reads } from "../fields";

const CONDITION = reads("routes, as far as a prefix can say it");
const LOGIN = reads("who may come in");

const both: Fields = {
  ...below(
    "Conditions[].",
    [
      ...["Field", "Values[]", "RegexValues[]", "HostHeaderConfig.Values[]", "HostHeaderConfig.RegexValues[]"],
      ...["PathPatternConfig.Values[]", "PathPatternConfig.RegexValues[]", "HttpHeaderConfig.HttpHeaderName"],
      ...["HttpHeaderConfig.Values[]", "HttpHeaderConfig.RegexValues[]", "QueryStringConfig.Values[].Key"],
      ...["QueryStringConfig.Values[].Value", "HttpRequestMethodConfig.Values[]", "SourceIpConfig.Values[]"],
      "SourceIpConfig.IpAddressType",
    ],
    CONDITION,
  ),
  ...below("Actions[].", ["Type", "TargetGroupArn"], reads("what becomes of a request")),
  "Actions[].Order": drops("an authentication comes first by itself"),
  ...below(
    "Actions[].AuthenticateOidcConfig.",
    [
      ...["Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint", "ClientId", "ClientSecret"],
      ...["SessionCookieName", "Scope", "SessionTimeout", "AuthenticationRequestExtraParams{}"],
      ...["OnUnauthenticatedRequest", "UseExistingClientSecret"],
    ],
    LOGIN,
  ),
  ...below(
    "Actions[].AuthenticateCognitoConfig.",
    [
      ...["UserPoolArn", "UserPoolClientId", "UserPoolDomain", "SessionCookieName", "Scope", "SessionTimeout"],
      ...["AuthenticationRequestExtraParams{}", "OnUnauthenticatedRequest"],
    ],
    LOGIN,
  ),
  ...below(
    "Actions[].JwtValidationConfig.",
    [
      ...["JwksEndpoint", "Issuer", "AdditionalClaims[].Format", "AdditionalClaims[].Name"],
      "AdditionalClaims[].Values[]",
    ],
    LOGIN,
  ),
  ...below(
    "Actions[].RedirectConfig.",
    ["StatusCode", "Protocol", "Port", "Host", "Path", "Query"],
    reads("a redirect"),
  ),
  ...below(
    "Actions[].FixedResponseConfig.",
    ["StatusCode", "MessageBody", "ContentType"],
    reads("an answer of the load balancer's own"),
  ),
  ...below("Actions[].ForwardConfig.TargetGroups[].", ["TargetGroupArn", "Weight"], reads("what becomes of a request")),
  ...below(
    "Actions[].ForwardConfig.TargetGroupStickinessConfig.",
    ["Enabled", "DurationSeconds"],
    reads("whether a user must stay with one target group"),
  ),
  ...below(
    "Transforms[].",
    [
      ...["Type", "HostHeaderRewriteConfig.Rewrites[].Regex", "HostHeaderRewriteConfig.Rewrites[].Replace"],
      ...["UrlRewriteConfig.Rewrites[].Regex", "UrlRewriteConfig.Rewrites[].Replace"],
    ],
    reads("what the application sees of a request"),
  ),
  Priority: reads("which rule it is"),
};

/** `aws elbv2 describe-rules`. */
export const Rule: Fields = {
  ...both,
  ...below("", ["RuleArn", "IsDefault"], drops("a name of AWS's own; the gateway takes the longest prefix first")),
};

/** What `aws elbv2 create-rule --cli-input-json` takes. */
export const CreateRuleInput: Fields = {
  ...both,
  ListenerArn: drops("the gateway takes its place"),
  ...below("Tags[].", ["Key", "Value"], drops("labels come from the application's name and the environment")),
};
