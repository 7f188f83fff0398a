import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { type Document, isMap, isSeq, parseDocument } from "yaml";
import { bootstrap, CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { checkEnvironments } from "../../model/check";
import { Cutover, Cutovers, cutoverFileName, cutoverPath } from "../../model/cutover/files";
import { type AdoptedName, type CutoverFile, cutoverSchema, type Step } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";

/**
 * The file of an environment's cutover, to be added to: what people wrote stays as they wrote it, comments too, and nothing
 * is written that synthesis would refuse.
 */
export class CutoverDocument {
  private isChanged = false;

  private constructor(
    readonly environment: Environment,
    private readonly document: Document,
    private readonly before: string,
  ) {}

  /** @throws UserError for a file that is not good before anything is added */
  static async open(environment: Environment): Promise<CutoverDocument> {
    checkEnvironments(ENVIRONMENTS, bootstrap, { cutovers: new Cutovers(CUTOVER) });
    const text = await readFile(cutoverPath(CUTOVER, environment.name), "utf8").catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      },
    );
    const document = parseDocument(text === "" ? "components: {}\n" : text);
    return new CutoverDocument(environment, document as Document, text);
  }

  get file(): string {
    return cutoverFileName(this.environment.name);
  }

  /** What it says now, with what was added. */
  get cutover(): Cutover {
    return new Cutover(cutoverSchema.parse(this.document.toJS() ?? {}));
  }

  setNames(application: string, names: readonly AdoptedName[]): void {
    this.component(application);
    this.document.setIn(
      ["components", application, "names"],
      this.document.createNode(names, { aliasDuplicateObjects: false }),
    );
  }

  addStep(application: string, step: Step): void {
    this.component(application);
    const steps = this.document.getIn(["components", application, "steps"], true);
    const node = this.document.createNode(step);
    if (isSeq(steps)) {
      steps.flow = false;
      steps.add(node);
    } else this.document.setIn(["components", application, "steps"], this.document.createNode([step]));
  }

  setProof(proof: NonNullable<CutoverFile["proof"]>): void {
    this.isChanged = true;
    this.document.set("proof", this.document.createNode(proof));
  }

  private component(application: string): void {
    this.isChanged = true;
    const components = this.document.get("components", true);
    if (!isMap(components)) this.document.set("components", this.document.createNode({}));
    else components.flow = false;
    const at = ["components", application];
    if (!isMap(this.document.getIn(at, true))) this.document.setIn(at, this.document.createNode({}));
  }

  /**
   * What synthesis would say of it as it is now.
   * @throws UserError with every issue
   */
  check(): void {
    const { name } = this.environment;
    const others = new Cutovers(CUTOVER);
    const contents = Object.fromEntries(ENVIRONMENTS.map((one) => [one.name, others.of(one).file]));
    checkEnvironments(ENVIRONMENTS, bootstrap, { cutovers: new Cutovers({ ...contents, [name]: this.cutover.file }) });
  }

  /**
   * Writes it, in one move: a run that is killed leaves the file as it was, or as it becomes.
   * @returns whether there was anything to write
   * @throws UserError when somebody else has written it meanwhile
   */
  async write(): Promise<boolean> {
    if (!this.isChanged) return false;
    this.check();
    const path = cutoverPath(CUTOVER, this.environment.name);
    const now = await readFile(path, "utf8").catch(() => "");
    if (now !== this.before)
      throw new UserError(
        `${this.file} was changed meanwhile, and is left as it is\n  next: run the same command again`,
      );
    const beside = `${path}.${randomUUID()}`;
    await mkdir(CUTOVER, { recursive: true });
    try {
      await writeFile(beside, this.document.toString({ lineWidth: 0 }));
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
    return true;
  }
}
