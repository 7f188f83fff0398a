import { asks, below, drops, type Fields, reads } from "../fields";
import { ACCEPTED } from "../question";

/**
 * Attributes are a list of keys and values; a row is a key. AWS's own lists:
 * docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html and API_LoadBalancerAttribute.html.
 */

const STICKINESS = reads("whether a user must stay with one task");
const BALANCING = drops("the gateway chooses the pod with the fewest requests under way");
const FAILOVER = drops("the gateway passes by what is not ready, in each zone");
const OF_OTHERS = drops("only load balancers of another kind have it");

/** `aws elbv2 describe-target-group-attributes`. */
export const TargetGroupAttributes: Fields = {
  "deregistration_delay.timeout_seconds": reads("shutdown.graceSeconds"),
  ...below(
    "stickiness.",
    ["enabled", "type", "lb_cookie.duration_seconds", "app_cookie.cookie_name", "app_cookie.duration_seconds"],
    STICKINESS,
  ),
  "slow_start.duration_seconds": drops("pods come one after the other, each when it is ready"),
  ...below("load_balancing.", ["algorithm.type", "algorithm.anomaly_mitigation", "cross_zone.enabled"], BALANCING),
  ...below(
    "target_group_health.",
    [
      ...["dns_failover.minimum_healthy_targets.count", "dns_failover.minimum_healthy_targets.percentage"],
      ...["unhealthy_state_routing.minimum_healthy_targets.count"],
      "unhealthy_state_routing.minimum_healthy_targets.percentage",
    ],
    FAILOVER,
  ),
  ...below(
    "",
    [
      ...["deregistration_delay.connection_termination.enabled", "preserve_client_ip.enabled"],
      ...["target_health_state.unhealthy.connection_termination.enabled"],
      ...["target_health_state.unhealthy.draining_interval_seconds", "target_failover.on_deregistration"],
      "target_failover.on_unhealthy",
    ],
    OF_OTHERS,
  ),
  "proxy_protocol_v2.enabled": asks({
    risk: "does not start",
    asks: "The load balancer writes the PROXY protocol in front of each connection when this is true. Does the application wait for it?",
    options: [ACCEPTED],
    without: "the gateway sends plain HTTP, which a server that waits for the PROXY protocol refuses",
  }),
  "lambda.multi_value_headers.enabled": OF_OTHERS,
};

/** `aws elbv2 describe-load-balancer-attributes`. */
export const LoadBalancerAttributes: Fields = {
  "idle_timeout.timeout_seconds": reads("routes' idleTimeoutSeconds"),
  "client_keep_alive.seconds": drops("the gateway keeps connections of its own"),
  "waf.fail_open.enabled": reads("a firewall for the web"),
  ...below(
    "access_logs.s3.",
    ["enabled", "bucket", "prefix"],
    drops("the gateway writes its own access log, to Log Analytics"),
  ),
  ...below(
    "connection_logs.s3.",
    ["enabled", "bucket", "prefix"],
    drops("the gateway writes its own access log, to Log Analytics"),
  ),
  ...below("health_check_logs.s3.", ["enabled", "bucket", "prefix"], drops("the kubelet's events say it")),
  "routing.http.drop_invalid_header_fields.enabled": drops("Envoy refuses requests with such headers"),
  "routing.http.desync_mitigation_mode": drops("Envoy refuses what can be read in two ways"),
  "routing.http2.enabled": drops("the gateway speaks HTTP/2"),
  "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": drops(
    "headers of AWS about TLS, which the gateway ends; what is below TLS 1.2 does not reach it",
  ),
  "routing.http.preserve_host_header.enabled": drops("the gateway leaves the Host header as it came"),
  "routing.http.xff_client_port.enabled": asks({
    risk: "does not start",
    asks: "The load balancer adds the client's port to X-Forwarded-For when this is true. Does the application read it?",
    options: [ACCEPTED],
    without: "the gateway writes addresses without a port",
  }),
  "routing.http.xff_header_processing.mode": reads("whose X-Forwarded-For is believed"),
  "deletion_protection.enabled": drops("the environment's deletionGuard and locks"),
  ...below("", ["load_balancing.cross_zone.enabled", "zonal_shift.config.enabled"], FAILOVER),
  ...below(
    "",
    ["ipv6.deny_all_igw_traffic", "dns_record.client_routing_policy", "secondary_ips.auto_assigned.per_subnet"],
    OF_OTHERS,
  ),
};
