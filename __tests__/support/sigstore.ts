import { execFileSync } from "node:child_process";
import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addReferrer } from "./registry-images";

/** The type of a signature that cosign 3 puts beside an image. */
const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const GITHUB = "https://token.actions.githubusercontent.com";
/** Of Fulcio: github.com/sigstore/fulcio/blob/main/docs/oid-info.md; the first ones are plain text. */
const OIDS = { issuer: "1.3.6.1.4.1.57264.1.8", repository: "1.3.6.1.4.1.57264.1.5", ref: "1.3.6.1.4.1.57264.1.6" };

/** What a certificate says of who signed. */
export interface Who {
  /** The workflow that ran, with its ref. */
  readonly identity: string;
  /** The repository that called it, and where. */
  readonly repository: string;
  readonly ref: string;
}

/** A certificate authority that signs as Sigstore does, and a trusted root that names it; without a transparency log. */
export class Sigstore {
  private leaves = 0;

  private constructor(private readonly folder: string) {}

  static create(folder: string): Sigstore {
    mkdirSync(folder, { recursive: true });
    const sigstore = new Sigstore(folder);
    const extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"];
    const add = extensions.flatMap((extension) => ["-addext", extension]);
    sigstore.openssl("req", "-x509", ...NEW_KEY, "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test", ...add);
    const authority = {
      subject: { organization: "test", commonName: "test" },
      certChain: { certificates: [{ rawBytes: sigstore.der("ca.pem") }] },
      validFor: { start: "2020-01-01T00:00:00Z" },
    };
    const mediaType = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";
    writeFileSync(sigstore.trustedRoot, JSON.stringify({ mediaType, certificateAuthorities: [authority] }));
    return sigstore;
  }

  get trustedRoot(): string {
    return join(this.folder, "trusted-root.json");
  }

  /**
   * Puts a signature of somebody beside an image; with `isForged` of somebody without the certificate's key, with `of`
   * one that was made for another image.
   */
  async sign(image: string, who: Who, env: NodeJS.ProcessEnv, isForged = false, of = image): Promise<void> {
    const [key, certificate] = this.issue(who);
    const [, forger] = isForged ? this.issue(who) : [];
    const statement = {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ digest: { sha256: of.split("@sha256:")[1] } }],
      predicateType: "https://sigstore.dev/cosign/sign/v1",
      predicate: {},
    };
    const payload = Buffer.from(JSON.stringify(statement));
    const payloadType = "application/vnd.in-toto+json";
    // secure-systems-lab/dsse, protocol.md
    const signed = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload}`;
    const sig = sign("sha256", Buffer.from(signed), createPrivateKey(readFileSync(key))).toString("base64");
    const bundle = {
      mediaType: BUNDLE,
      verificationMaterial: { certificate: { rawBytes: forger ?? certificate } },
      dsseEnvelope: { payload: payload.toString("base64"), payloadType, signatures: [{ sig }] },
    };
    await addReferrer(image, BUNDLE, JSON.stringify(bundle), env);
  }

  /** The path of a new key, and its certificate. */
  private issue({ identity, repository, ref }: Who): [key: string, certificate: string] {
    this.leaves += 1;
    const name = `leaf-${this.leaves}`;
    const text = (value: string) => `DER:${Buffer.from(value).toString("hex")}`;
    const extensions = [
      "keyUsage=critical,digitalSignature",
      "extendedKeyUsage=codeSigning",
      `subjectAltName=critical,URI:${identity}`,
      `${OIDS.issuer}=ASN1:UTF8String:${GITHUB}`,
      `${OIDS.repository}=${text(repository)}`,
      `${OIDS.ref}=${text(ref)}`,
    ];
    writeFileSync(join(this.folder, `${name}.cnf`), `${extensions.join("\n")}\n`);
    this.openssl("req", ...NEW_KEY, `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=leaf");
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-days", "1", "-extfile", `${name}.cnf`];
    this.openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`);
    return [join(this.folder, `${name}.key`), this.der(`${name}.pem`)];
  }

  private der(file: string): string {
    return new X509Certificate(readFileSync(join(this.folder, file))).raw.toString("base64");
  }

  private openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: "pipe" });
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"];

/** A clone whose main has two commits, beside which a branch has one that nobody merged. */
export function cloneWithBranch(folder: string): { readonly merged: string; readonly stray: string } {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]) => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@mmrv.invalid", "-c", "commit.gpgsign=false"];
    return execFileSync("git", ["-C", folder, ...who, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  };
  const commit = (message: string) => {
    git("commit", "--quiet", "--allow-empty", "--message", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch", "main");
  const merged = commit("one");
  commit("two");
  git("checkout", "--quiet", "-b", "branch", merged);
  const stray = commit("three");
  git("checkout", "--quiet", "main");
  return { merged, stray };
}
