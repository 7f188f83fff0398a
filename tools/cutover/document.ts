import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, isMap, isSeq, parseDocument } from "yaml";
import { bootstrap, CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { checkEnvironments } from "../../model/check";
import { Cutover, Cutovers, cutoverFileName, cutoverPath } from "../../model/cutover/files";
import { positionOf } from "../../model/cutover/position";
import { type AdoptedName, type CutoverFile, cutoverSchema, type Step } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";

/** What is written before it takes the file's place; a dot file, so that a killed write disturbs nobody. */
const besideOf = (environment: string, id: string): string => join(CUTOVER, `.${environment}.yaml.${id}`);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In milliseconds. A write takes a few of them: what is older belongs to nobody. */
const LEFT_OVER = 60_000;

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
    /** Applications that are not judged until their names are set. */
    private readonly unjudged: Set<string>,
  ) {}

  /**
   * Other environments' files are not judged: users of this one must be able to come back whatever those say.
   * @param adopts whether names are looked up anew: an application whose records are as they were found is not judged then,
   * because what is wrong with it is what is being mended
   * @throws UserError for a file that is not good before anything is added
   */
  static async open(environment: Environment, { adopts = false } = {}): Promise<CutoverDocument> {
    const cutovers = new Cutovers(CUTOVER, environment.name);
    const { content, issues } = cutovers.read(environment);
    const { data } = cutoverSchema.safeParse(content);
    const unjudged = new Set(adopts && issues.length === 0 && data ? asFound(data) : []);
    if (data && unjudged.size > 0) judge(environment, data, unjudged);
    else checkEnvironments(ENVIRONMENTS, bootstrap, { cutovers });
    const text = await readFile(cutoverPath(CUTOVER, environment.name), "utf8").catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      },
    );
    const document = parseDocument(text === "" ? "components: {}\n" : text);
    return new CutoverDocument(environment, document as Document, text, unjudged);
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
    this.unjudged.delete(application);
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
    judge(this.environment, this.cutover.file, this.unjudged);
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
    const beside = besideOf(this.environment.name, randomUUID());
    await mkdir(CUTOVER, { recursive: true });
    await removeLeftOvers(this.environment.name);
    try {
      await writeFile(beside, this.document.toString({ lineWidth: 0 }));
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
    return true;
  }
}

/** Applications whose records are as they were found. */
const asFound = ({ components = {} }: CutoverFile): string[] =>
  Object.keys(components).filter((name) => {
    const { isPrepared, stage } = positionOf(components[name]);
    return stage === "adopt" && !isPrepared;
  });

/** @throws UserError with every issue of a file, but for those of applications that are left out */
function judge({ name }: Environment, file: CutoverFile, leftOut: ReadonlySet<string>): void {
  const { components = {}, ...rest } = file;
  const judged = Object.entries(components).filter(([application]) => !leftOut.has(application));
  const cutovers = new Cutovers({ [name]: { ...rest, components: Object.fromEntries(judged) } });
  checkEnvironments(ENVIRONMENTS, bootstrap, { cutovers });
}

/** Of writes that were killed. */
async function removeLeftOvers(environment: string): Promise<void> {
  const start = besideOf(environment, "");
  const all = (await readdir(CUTOVER)).map((name) => join(CUTOVER, name));
  for (const path of all.filter((one) => one.startsWith(start) && UUID.test(one.slice(start.length)))) {
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFT_OVER) await rm(path, { force: true });
  }
}
