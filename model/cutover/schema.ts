import { z } from "zod";
import { date, host, hostedZoneId, integer, oneOf, strictObject, text } from "../fields";
import { STAGES } from "./stages";

/**
 * What `cutover/<environment>.yaml` may say. `npx mmrv cutover` writes it, and a person can. Rules that span fields are in
 * `rules.ts`; what a step needs before it may be taken is in `gates.ts`.
 */

const moment = z.iso.datetime("must be a moment in UTC such as 2026-12-01T14:05:00Z").describe("Since when, in UTC.");
const ipv4 = z.ipv4("must be an IPv4 address");
const ipv6 = z.ipv6("must be an IPv6 address");
const seconds = integer(0, 2_147_483_647, "a TTL in seconds");

/** As Route 53 writes names: with underscores, which no host of ours has, and without the last dot. */
const dnsName = text(
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/,
  "must be a lower-case DNS name without a last dot",
);

const target = {
  name: dnsName.describe("The name that it leads to."),
  zone: hostedZoneId.describe("The zone of that name, which AWS owns."),
};

const foundRecord = strictObject({
  type: oneOf(["A", "AAAA", "CNAME"]).describe("The record's type, as it was found."),
  alias: strictObject({
    ...target,
    evaluateTargetHealth: z
      .boolean("must be true or false")
      .describe("As it was found. With true an ill load balancer sends everybody to Azure, whatever the weights say."),
  })
    .optional()
    .describe("Where an alias leads."),
  ttl: seconds.optional().describe("The TTL that was found, in seconds; an alias has none."),
  values: z
    .array(z.string("must be text").min(1, "must be text"), "must be a list of values")
    .min(1, "must be at least one value")
    .optional()
    .describe("What it says, unless it is an alias."),
  becomes: strictObject(target)
    .optional()
    .describe("Of a CNAME: the alias that takes its place, because nothing else may stand beside a CNAME."),
  keepsTargetHealth: z
    .string()
    .min(1, "must say why")
    .optional()
    .describe("Why evaluateTargetHealth stays as it was found; without a reason it becomes false."),
  leaves: z
    .literal(true, "must be true, or absent")
    .optional()
    .describe("Of an AAAA record: it is deleted before users move, because Azure has no IPv6 address for it."),
}).describe("A record that led to AWS when it was adopted.");

const accepted = strictObject({
  rule: text(/^r([1-9]|1[0-2])$/, "must be a rule of adopt: r1 to r12 (docs/cutover.md)").describe(
    "The rule by which it was found.",
  ),
  why: z.string("must be text").min(1, "must say why").describe("Why it may stay."),
  by: z.string("must be text").min(1, "must be who says so").describe("Who says so."),
  date: date.describe("The day on which it was said."),
}).describe("A finding that was let pass.");

const name = strictObject({
  host: host.describe("A public name of the application."),
  zone: strictObject({
    id: hostedZoneId.describe("The Route 53 zone that it is in."),
    name: dnsName.describe("The zone's own name."),
  })
    .optional()
    .describe("Where its records are; absent where DNS is at another provider."),
  aws: z
    .array(foundRecord, "must be a list of records")
    .min(1, "must be at least one record (a name without any leads nobody anywhere)")
    .describe("Its records, as adopt found them."),
  azure: strictObject({
    A: z
      .array(ipv4, "must be a list of IPv4 addresses")
      .min(1, "must be at least one address")
      .describe("Azure's IPv4 addresses."),
    AAAA: z
      .array(ipv6, "must be a list of IPv6 addresses")
      .min(1, "must be at least one address, or absent")
      .optional()
      .describe("Azure's IPv6 addresses, where it has any."),
  }).describe("Azure's side, in literals, so that this plans while Azure is away."),
  accepted: z
    .array(accepted, "must be a list")
    .optional()
    .describe("What adopt asked about this name, and why it may stay."),
});

const evidence = strictObject({
  gate: text(/^[a-z][a-z0-9-]*$/, "must be the name of a gate (npx mmrv cutover next --help)").describe(
    "What it answers.",
  ),
  answer: z.string("must be text").min(1, "must be an answer").describe("What was found: yes, or what was measured."),
  by: z.string("must be text").min(1, "must be who says so").describe("Who says so; mmrv for what a command measured."),
  date: date.describe("The day on which it was so."),
}).describe("One thing that was known when the step was taken.");

const step = strictObject({
  stage: oneOf(STAGES).describe("Where its users are."),
  percent: integer(0, 100, "Azure's share of the users, in percent")
    .optional()
    .describe("Azure's share; the stage says it where only one is possible."),
  prepared: z
    .literal(true, "must be true, or absent")
    .optional()
    .describe("Of adopt: the second deployment, with TTL, health flag and types as weights need them."),
  givenUp: z
    .literal(true, "must be true, or absent")
    .optional()
    .describe("Of retired: the records stay in Route 53, and Terraform forgets them."),
  since: moment,
  egress: oneOf(["loadBalancer", "natGateway", "firewall"])
    .optional()
    .describe("Of canary: by which egress the first users' requests left; it stays until the last has moved."),
  evidence: z.array(evidence, "must be a list").optional().describe("What was known when it was taken."),
}).describe("A step that was taken.");

const jobsStep = strictObject({
  cloud: oneOf(["aws", "azure"]).describe("Which cloud runs its consumers and cron jobs."),
  since: moment,
  evidence: z.array(evidence, "must be a list").optional().describe("That they do not run on the other one any more."),
});

const component = strictObject({
  names: z.array(name, "must be a list of names").optional().describe("Its public names, with both sides."),
  steps: z
    .array(step, "must be a list of steps")
    .describe("Every step that was taken, the last one last; none is ever changed."),
}).describe("One web application.");

export const cutoverSchema = strictObject({
  proof: strictObject({
    date: date.describe("The day of the proof."),
    by: z.string("must be text").min(1, "must be who ran it").describe("Who ran it."),
    host: dnsName.describe("The throw-away name."),
    provider: z.string("must be text").min(1, "must be a version").describe("The version of the aws provider."),
  })
    .optional()
    .describe("That `npx mmrv cutover prove` has walked every stage with the real provider and the real zone."),
  components: z
    .record(z.string(), component, "must be an object of web applications by name")
    .optional()
    .describe("How far the users of each web application have moved; off without any step."),
  jobs: z
    .record(
      z.string(),
      z.array(jobsStep, "must be a list").min(1, "must be at least one step"),
      "must be an object of applications by name",
    )
    .optional()
    .describe("Which cloud runs the consumers and cron jobs of each application; AWS until it is said."),
});

export type CutoverFile = z.infer<typeof cutoverSchema>;
export type Component = z.infer<typeof component>;
export type AdoptedName = z.infer<typeof name>;
export type FoundRecord = z.infer<typeof foundRecord>;
export type Step = z.infer<typeof step>;
export type Evidence = z.infer<typeof evidence>;
