import { DOMParser, type Element, XMLSerializer } from "@xmldom/xmldom";
import { type Change, type RecordSet, storedName } from "../../model/cutover/record-set";

const NAMESPACE = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

/** The changes in the body of ChangeResourceRecordSets. Routing by place is not read: no test has any. */
export function changesIn(body: string): Change[] {
  return elements(documentOf(body), "Change").map((change) => ({
    Action: required(change, "Action") as Change["Action"],
    ResourceRecordSet: recordSetOf(elements(change, "ResourceRecordSet")[0] as Element),
  }));
}

/** The record sets in an answer to ListResourceRecordSets. */
export const recordSetsIn = (body: string): RecordSet[] =>
  elements(documentOf(body), "ResourceRecordSet").map(recordSetOf);

/**
 * One page of all record sets, as Route 53 answers: sorted by the labels of the name from the last to the first, then by
 * type and set identifier, from where the query says, at most 300.
 */
export function pageOf(body: string, query: URLSearchParams): string {
  const all = elements(documentOf(body), "ResourceRecordSet")
    .map((element) => ({ element, set: recordSetOf(element) }))
    .sort((one, other) => order(placeOf(one.set), placeOf(other.set)));
  const start = placeOf({
    Name: query.get("name") ?? "",
    Type: query.get("type") ?? "",
    SetIdentifier: query.get("identifier") ?? "",
  });
  const rest = query.has("name") ? all.filter(({ set }) => order(placeOf(set), start) >= 0) : all;
  const limit = Math.min(Number(query.get("maxitems") ?? 300), 300);
  const next = rest[limit]?.set;
  const serializer = new XMLSerializer();
  return answer("ListResourceRecordSetsResponse", [
    `<ResourceRecordSets>${rest
      .slice(0, limit)
      .map(({ element }) => serializer.serializeToString(element))
      .join("")}</ResourceRecordSets>`,
    tag("IsTruncated", String(next !== undefined)),
    next ? tag("NextRecordName", next.Name) + tag("NextRecordType", next.Type) : "",
    next?.SetIdentifier === undefined ? "" : tag("NextRecordIdentifier", next.SetIdentifier),
    tag("MaxItems", String(limit)),
  ]);
}

/** An answer to ChangeResourceRecordSets or GetChange. */
export const changeInfo = (operation: string, id: string, status: "PENDING" | "INSYNC"): string =>
  answer(`${operation}Response`, [
    `<ChangeInfo>${tag("Id", `/change/${id}`)}${tag("Status", status)}${tag("SubmittedAt", new Date().toISOString())}</ChangeInfo>`,
  ]);

/** An error as Route 53 writes it: aws/aws-sdk-kotlin#1435; several reasons stand in one message. */
export const errorAnswer = (code: string, message: string): string =>
  answer("ErrorResponse", [
    `<Error>${tag("Type", "Sender")}${tag("Code", code)}${tag("Message", message)}</Error>`,
    tag("RequestId", "00000000-0000-0000-0000-000000000000"),
  ]);

function recordSetOf(element: Element): RecordSet {
  const [alias] = elements(element, "AliasTarget");
  const [TTL, Weight] = (["TTL", "Weight"] as const).map((name) => optional(element, name, Number));
  const values = elements(element, "Value");
  return withoutAbsent({
    Name: required(element, "Name"),
    Type: required(element, "Type"),
    SetIdentifier: optional(element, "SetIdentifier", String),
    Weight,
    Region: optional(element, "Region", String),
    Failover: optional(element, "Failover", String),
    MultiValueAnswer: optional(element, "MultiValueAnswer", (text) => text === "true"),
    TTL,
    ResourceRecords: values.length > 0 ? values.map((value) => ({ Value: value.textContent ?? "" })) : undefined,
    AliasTarget: alias && {
      HostedZoneId: required(alias, "HostedZoneId"),
      DNSName: required(alias, "DNSName"),
      EvaluateTargetHealth: required(alias, "EvaluateTargetHealth") === "true",
    },
    HealthCheckId: optional(element, "HealthCheckId", String),
  });
}

/** Tests compare whole record sets, and a field that is undefined is another than none. */
const withoutAbsent = (set: RecordSet): RecordSet =>
  Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)) as unknown as RecordSet;

const documentOf = (body: string) => new DOMParser().parseFromString(body, "text/xml");

/** Every element of this name inside of another; in Route 53's documents none is nested in one of its own name. */
const elements = (of: Pick<Element, "getElementsByTagName">, name: string): Element[] => [
  ...of.getElementsByTagName(name),
];

function optional<T>(of: Element, name: string, read: (text: string) => T): T | undefined {
  const text = elements(of, name)[0]?.textContent;
  return text === undefined || text === null ? undefined : read(text);
}

function required(of: Element, name: string): string {
  const text = optional(of, name, String);
  if (text === undefined) throw new Error(`no ${name} in ${of.tagName}`);
  return text;
}

const placeOf = ({ Name, Type, SetIdentifier = "" }: RecordSet) => [
  storedName(Name).split(".").reverse().join("."),
  Type,
  SetIdentifier,
];

function order(one: readonly string[], other: readonly string[]): number {
  const differ = one.findIndex((part, index) => part !== other[index]);
  return differ < 0 ? 0 : (one[differ] as string) < (other[differ] as string) ? -1 : 1;
}

const answer = (root: string, parts: readonly string[]) =>
  `<?xml version="1.0"?>\n<${root} ${NAMESPACE}>${parts.join("")}</${root}>`;

const tag = (name: string, text: string) =>
  `<${name}>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</${name}>`;
