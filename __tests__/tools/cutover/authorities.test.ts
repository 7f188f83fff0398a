import { describe, expect, it } from "vitest";
import type { RecordSet } from "../../../model/cutover/record-set";
import type { Finding, Surroundings } from "../../../tools/cutover/finding";
import { findingsOf } from "../../../tools/cutover/findings";
import { API, AZURE, around, foundBeside, recordSet } from "../../support/found-in-zone";

describe("r10: CAA", () => {
  const LETS_ENCRYPT = '0 issue "letsencrypt.org"';
  const caa = (name: string, ...values: readonly string[]) => recordSet(name, "CAA", ...values);
  /** Who is let in and who is not, as the finding says it. */
  const said = (findings: readonly Finding[]) =>
    findings.map(({ rule, text: words, weight }) => [rule, weight, /CAA lets in (.*): both/.exec(words)?.[1]]);

  it("lets both authorities in by several values, quoted or not, with parameters, in any case", () => {
    expect(
      foundBeside(caa("example.com", LETS_ENCRYPT, '0 issue "amazon.com"', '0 iodef "mailto:a@example.com"')),
    ).toEqual([]);
    expect(foundBeside(caa("example.com", "0 issue letsencrypt.org", "0 issue amazon.com"))).toEqual([]);
    expect(
      foundBeside(
        caa("example.com", '128 Issue "LetsEncrypt.org; validationmethods=dns-01"', '0 issue " amazon.com "'),
      ),
    ).toEqual([]);
  });

  it.each(["amazontrust.com", "awstrust.com", "amazonaws.com"])("lets ACM in by its name %s too", (authority) => {
    expect(foundBeside(caa("example.com", LETS_ENCRYPT, `0 issue "${authority}"`))).toEqual([]);
  });

  it("lets everybody in that it does not speak of: for wildcards alone, or of reports", () => {
    expect(foundBeside(caa("example.com", '0 issuewild "digicert.com"'))).toEqual([]);
    expect(foundBeside(caa("example.com", '0 iodef "mailto:the issue letsencrypt.org"'))).toEqual([]);
  });

  it("leaves out whom it does not name, and everybody when it names nobody", () => {
    expect(said(foundBeside(caa("example.com", LETS_ENCRYPT)))).toEqual([
      ["r10", "stop", "letsencrypt.org, and not amazon.com"],
    ]);
    expect(said(foundBeside(caa("example.com", '0 issue ";"')))).toEqual([
      ["r10", "stop", "nobody, and not letsencrypt.org by dns-01 nor amazon.com"],
    ]);
  });

  it("leaves out Let's Encrypt when it may not prove by DNS, and both by what they must know and do not", () => {
    expect(
      said(
        foundBeside(caa("example.com", '0 issue "letsencrypt.org; validationmethods=http-01"', '0 issue "amazon.com"')),
      ),
    ).toEqual([["r10", "stop", "letsencrypt.org, amazon.com, and not letsencrypt.org by dns-01"]]);
    expect(said(foundBeside(caa("example.com", LETS_ENCRYPT, '0 issue "amazon.com"', '128 tbs "unknown"')))).toEqual([
      ["r10", "stop", "letsencrypt.org, amazon.com (critical: tbs), and not letsencrypt.org by dns-01 nor amazon.com"],
    ]);
  });

  it("is that of the closest name which has any", () => {
    const both = [LETS_ENCRYPT, '0 issue "amazon.com"'];
    expect(foundBeside(caa("example.com", LETS_ENCRYPT), caa("api.example.com", ...both))).toEqual([]);
    expect(said(foundBeside(caa("example.com", ...both), caa("api.example.com", LETS_ENCRYPT)))).toHaveLength(1);
    expect(foundBeside(caa("www.example.com", LETS_ENCRYPT))).toEqual([]);
  });

  it("is that of a resolver where the zone has none, and is in the way when nobody could be asked", () => {
    const by = (answer: Surroundings["caa"], ...records: readonly RecordSet[]) =>
      findingsOf("api.example.com", AZURE, around([API, ...records], { caa: answer })).findings;
    const nobody = { issuers: [], isRestricted: true, critical: [] };
    expect(said(by(nobody))).toEqual([["r10", "stop", "nobody, and not letsencrypt.org by dns-01 nor amazon.com"]]);
    expect(by({ notMeasured: "no resolver" })).toEqual([
      {
        rule: "r10",
        weight: "stop",
        text: "api.example.com: who may issue its certificate could not be asked: no resolver",
      },
    ]);
    const inZone = caa("example.com", LETS_ENCRYPT, '0 issue "amazon.com"');
    expect([by(nobody, inZone), by({ notMeasured: "no resolver" }, inZone)]).toEqual([[], []]);
  });
});
