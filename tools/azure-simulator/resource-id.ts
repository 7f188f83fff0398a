/** An Azure resource id, taken apart. Azure compares ids without regard to case; `key` is the lower-case form. */
export interface ResourceId {
  readonly key: string;
  /** Such as microsoft.network/virtualnetworks/subnets, in lower case. */
  readonly type: string;
  readonly name: string;
  /** The key of what contains it: a parent resource, the scope of an extension resource, or the resource group. */
  readonly parentKey: string;
  /** Whether the path names a collection, such as …/subnets, instead of one resource. */
  readonly isCollection: boolean;
}

const GROUP = "microsoft.resources/resourcegroups";
const SUBSCRIPTION = "microsoft.resources/subscriptions";

export function parseId(path: string): ResourceId {
  const segments = path.split("/").filter((segment) => segment !== "");
  const key = `/${segments.join("/")}`.toLowerCase();
  const at = segments.map((segment) => segment.toLowerCase()).lastIndexOf("providers");
  const joined = (end: number) => (end <= 0 ? "" : `/${segments.slice(0, end).join("/")}`.toLowerCase());
  const name = segments.at(-1) ?? "";
  if (at < 0) {
    const type = segments.length > 2 ? GROUP : SUBSCRIPTION;
    const isCollection = segments.length % 2 === 1;
    return { key, type, name, parentKey: joined(segments.length - (isCollection ? 1 : 2)), isCollection };
  }
  const [namespace = "", ...rest] = segments.slice(at + 1);
  const types = rest.filter((_, index) => index % 2 === 0);
  const isCollection = rest.length % 2 === 1;
  const isTopLevel = rest.length <= (isCollection ? 1 : 2);
  const parentEnd = isTopLevel ? at : segments.length - (isCollection ? 1 : 2);
  return { key, type: [namespace, ...types].join("/").toLowerCase(), name, parentKey: joined(parentEnd), isCollection };
}

/** Whether `key` is `ancestor` or lies below it. */
export const isWithin = (key: string, ancestor: string): boolean => key === ancestor || key.startsWith(`${ancestor}/`);
