import type { RecordSet } from "../../model/cutover/record-set";
import { ask, type Finding, valuesOf } from "./finding";

/** r11. An SPF that authorises whatever a name leads to authorises somebody else when that changes. */
export const senderFindings = (host: string, records: readonly RecordSet[]): Finding[] =>
  records
    .filter(({ Type }) => Type === "TXT")
    .flatMap((set) => valuesOf(set).map((value) => ({ Name: set.Name, text: joined(value) })))
    .filter(({ text }) => /^v=spf1(\s|$)/i.test(text))
    .filter(({ Name, text }) => addressesIn(text, Name).includes(host))
    .map(({ Name, text }) =>
      ask(
        "r11",
        `SPF of ${Name} (${text}) authorises whatever ${host} leads to: with the weights the authorised sender changes`,
      ),
    );

/** A text as a resolver puts it together: Route 53 quotes each of its parts, of at most 255 characters. */
const joined = (value: string): string => value.replace(/"\s+"/g, "").replaceAll('"', "").trim();

/** The names of every mechanism `a`: without one of its own it is that of the record. RFC 7208, section 5.3. */
const addressesIn = (text: string, own: string): string[] =>
  text.split(/\s+/).flatMap((term) => {
    const [whole, name] = /^[+?~-]?a(?::([^/]+))?(?:\/.*)?$/i.exec(term) ?? [];
    return whole === undefined ? [] : [(name ?? own).toLowerCase().replace(/\.$/, "")];
  });
