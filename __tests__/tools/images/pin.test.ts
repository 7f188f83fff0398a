import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HelmValues } from "../../../model/helm-values";
import { UserError } from "../../../model/user-error";
import { pinImage } from "../../../tools/images/pin";
import { promotionOf } from "../../../tools/images/promote";
import { production } from "../../support/fixtures/environments/production";

const OLD = `sha256:${"1".repeat(64)}`;
const NEW = `sha256:${"2".repeat(64)}`;
const FILE = "helm-values/backend/staging.yaml";
let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-pin-"));
  mkdirSync(join(folder, "backend"));
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "backend", "staging.yaml");
const write = (text: string) => writeFileSync(path(), text);
const text = () => readFileSync(path(), "utf8");
const pin = (digest: string, tag?: string) =>
  pinImage({ application: "backend", environment: "staging", digest, tag }, (line) => printed.push(line), folder);
const merged = () => new HelmValues(folder).of("backend", { name: "staging" }).merged["image"];

describe("pinImage", () => {
  it("writes digest and tag, and leaves comments, order and long lines as they are", () => {
    const long = `  MOTTO: ${"a word and ".repeat(20)}more`;
    const rest = `# What differs in staging.\nreplicas: 2 # for now\nenv:\n${long}\nroutes:\n  - { path: /, requestTimeoutSeconds: 60 }\n`;
    write(`${rest}image:\n  digest: ${OLD} # the pipeline's\n  tag: "1.0"\nport: 8080\n`);
    pin(NEW, "1.1");
    expect(text()).toBe(`${rest}image:\n  digest: ${NEW} # the pipeline's\n  tag: "1.1"\nport: 8080\n`);
    expect(printed).toEqual([`${FILE}: image.digest ${OLD} → ${NEW}`, `${FILE}: image.tag 1.0 → 1.1`]);
  });

  it("adds what is not there yet", () => {
    write("# What differs in staging.\nreplicas: 2\n");
    pin(NEW, "1.1");
    expect(text()).toBe(`# What differs in staging.\nreplicas: 2\nimage:\n  digest: ${NEW}\n  tag: "1.1"\n`);
    expect(printed[0]).toBe(`${FILE}: image.digest none → ${NEW}`);
  });

  it.each(["", "# nothing but a comment\n", undefined])("makes a file of %j", (before) => {
    if (before !== undefined) write(before);
    pin(NEW);
    expect(merged()).toMatchObject({ digest: NEW });
  });

  it("says in a dry run what would be written, and writes nothing", () => {
    write(`image: { digest: "${OLD}", tag: old }\n`);
    const isWritten = pinImage(
      { application: "backend", environment: "staging", digest: NEW, dryRun: true },
      (line) => printed.push(line),
      folder,
    );
    expect([isWritten, text(), readdirSync(join(folder, "backend"))]).toEqual([
      false,
      `image: { digest: "${OLD}", tag: old }\n`,
      ["staging.yaml"],
    ]);
    expect(printed).toEqual([
      `would write ${FILE}: image.digest ${OLD} → ${NEW}`,
      `would write ${FILE}: image.tag old → none`,
    ]);
  });

  it("takes away a tag that belongs to another digest", () => {
    write(`image: { digest: "${OLD}", tag: old }\n`);
    pin(NEW);
    expect(merged()).toEqual({ digest: NEW });
    expect(printed).toContain(`${FILE}: image.tag old → none`);
  });

  it.each(["1.10", "20261122", "12e4567", "0x1f", "1_000", "yes", "null", "v1.2.3"])("keeps the tag %s text", (tag) => {
    pin(NEW, tag);
    expect(merged()).toEqual({ digest: NEW, tag });
  });

  it("writes nothing for the digest that is there already, and says so", () => {
    const before = `image:\n    digest:   ${OLD}\n    tag: "1.0"\n`;
    write(before);
    pin(OLD);
    pin(OLD, "1.0");
    expect(text()).toBe(before);
    expect(printed).toEqual(Array(2).fill(`${FILE}: image.digest is ${OLD} already; nothing was written`));
  });

  it("writes another tag of the same digest", () => {
    write(`image:\n  digest: ${OLD}\n  tag: "1.0"\n`);
    pin(OLD, "1.0-final");
    expect(printed).toEqual([`${FILE}: image.tag 1.0 → 1.0-final`]);
  });

  it("names every fault of digest and tag at once, and writes nothing", () => {
    write("replicas: 2\n");
    expect(() => pin("latest", "-x")).toThrow(
      new UserError(
        'image.digest: must be the digest of a pushed image, sha256: and 64 hex digits (a tag can be moved to another image), got "latest"\nimage.tag: must be a tag of up to 63 characters, a letter or digit at both ends (it becomes a label), got "-x"',
      ),
    );
    expect(text()).toBe("replicas: 2\n");
  });

  it.each([
    ["a: b: c\n", `${FILE}: Nested mappings are not allowed in compact mappings`],
    ["- one\n", `${FILE}: must be a mapping of values`],
  ])("leaves a file alone that it does not understand: %j", (before, message) => {
    write(before);
    expect(() => pin(NEW)).toThrow(message);
    expect(text()).toBe(before);
  });

  it("leaves nothing beside the file", () => {
    pin(NEW);
    expect(readdirSync(join(folder, "backend"))).toEqual(["staging.yaml"]);
  });
});

describe("promotionOf", () => {
  const of = (wanted?: string) => {
    const { source, digest, tag } = promotionOf("backend", production, wanted, new HelmValues(folder));
    return [source.name, digest, tag];
  };

  it("takes what runs in the environment before, under the tag that its file names", () => {
    write(`image:\n  digest: ${OLD}\n  tag: "1.0"\n`);
    expect(of()).toEqual(["staging", OLD, "1.0"]);
    expect(of(OLD)).toEqual(["staging", OLD, "1.0"]);
  });

  it("makes a tag of the digest when nobody gave one", () => {
    write(`image:\n  digest: ${OLD}\n  tag: "1.0"\n`);
    expect(of(NEW)).toEqual(["staging", NEW, "promoted-222222222222"]);
  });

  it("says what to do when nothing runs there", () => {
    expect(() => of()).toThrow(
      "backend: helm-values/backend/staging.yaml names no image.digest, so nothing runs in staging that could be promoted: let its pipeline write one, or say --digest sha256:…",
    );
  });

  it("refuses what is no digest, where it stands", () => {
    expect(() => of("1.0")).toThrow(/^--digest: must be the digest of a pushed image/);
    write("image:\n  digest: latest\n");
    expect(() => of()).toThrow(/^helm-values\/backend\/staging\.yaml: image\.digest: must be the digest/);
  });

  it("says what else must be there: sidecars of other images", () => {
    const resources = "{ requests: { cpu: 50m, memory: 64Mi }, limits: { memory: 64Mi } }";
    write(
      `image: { digest: ${OLD} }
sidecars:
  proxy: { image: { repository: third-party/proxies/proxy, digest: ${NEW} }, resources: ${resources} }
  statsd: { image: { digest: ${NEW} }, resources: ${resources} }
  tail: { args: [tail], resources: ${resources} }
`,
    );
    const beside = (wanted?: string) => promotionOf("backend", production, wanted, new HelmValues(folder)).beside;
    const copy = "its sidecar proxy has an image of its own: npx mmrv images copy production";
    expect(beside()).toEqual([
      copy,
      `its sidecar statsd has an image of its own: npx mmrv images promote backend production --digest ${NEW}`,
    ]);
    expect(beside(NEW)).toEqual([]);
  });

  it("refuses an environment whose own pipeline pushes", () => {
    const built = { ...production, images: { from: "build" } } as const;
    expect(() => promotionOf("backend", built, OLD)).toThrow(
      'production: environments/production.ts says images.from: "build", so its own pipeline pushes; nothing is promoted into it',
    );
  });
});
