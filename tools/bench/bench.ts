import { runNow } from "../processes";
import { table } from "../table";
import { measureApply } from "./apply";

const RUNS = 5;

interface Sample {
  readonly seconds: number;
  readonly megabytes: number;
}

const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent('process.on("exit", () => process.stderr.write(`\\nmaxRSS ${process.resourceUsage().maxRSS}`))')}`;

/** One Node process from start to end: wall seconds and peak memory. */
function measure(args: readonly string[]): Sample {
  const started = performance.now();
  const { exitCode, stderr } = runNow(process.execPath, ["--import", REPORT_MEMORY, ...args]);
  const seconds = (performance.now() - started) / 1000;
  if (exitCode !== 0) throw new Error(stderr);
  return { seconds, megabytes: Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024 };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Medians of five runs, the subjects taken in turns so that a busy moment hits all of them. */
function medians(subjects: Readonly<Record<string, readonly string[]>>): Record<string, Sample> {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, [] as Sample[]]));
  for (let index = 0; index < RUNS; index += 1) {
    for (const [name, args] of Object.entries(subjects)) samples[name]?.push(measure(args));
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, taken]) => [
      name,
      {
        seconds: median(taken.map(({ seconds }) => seconds)),
        megabytes: median(taken.map(({ megabytes }) => megabytes)),
      },
    ]),
  );
}

const MANY = ["tools/load.mjs", "tools/bench/synth-many.ts"];

/** Prints a table; judges nothing. */
export async function bench(withRehearsal: boolean): Promise<number> {
  console.log(`synthesis: medians of ${RUNS}, about a minute`);
  const { floor, all, t1, t10, t50 } = medians({
    floor: ["-e", 'require("cdktf")'],
    all: ["tools/load.mjs", "main.ts"],
    t1: [...MANY, "1"],
    t10: [...MANY, "10"],
    t50: [...MANY, "50"],
  });
  if (!floor || !all || !t1 || !t10 || !t50) throw new Error("a subject was not measured");
  const [early, late] = [(t10.seconds - t1.seconds) / 9, (t50.seconds - t1.seconds) / 49];
  const ratio = (value: number, of: number) => (value / of).toFixed(2);
  const rows = [
    [
      "synthesis, wall",
      `${floor.seconds.toFixed(2)} s`,
      `${all.seconds.toFixed(2)} s`,
      ratio(all.seconds, floor.seconds),
      "≤ 5.5",
    ],
    [
      "synthesis, peak memory",
      `${floor.megabytes.toFixed(0)} MB`,
      `${all.megabytes.toFixed(0)} MB`,
      ratio(all.megabytes, floor.megabytes),
      "≤ 3.5",
    ],
    [
      "one more environment, of 50 against of 10",
      `${(early * 1000).toFixed(0)} ms`,
      `${(late * 1000).toFixed(0)} ms`,
      ratio(late, early),
      "≤ 1.3",
    ],
  ];
  if (withRehearsal) {
    console.log("apply of staging-infra in the rehearsal, after bootstrap: about six minutes");
    const applied = await measureApply("staging-infra");
    rows.push(
      "reason" in applied
        ? ["apply of staging-infra", "-", `could not run: ${applied.reason}`, "-", "≤ 1.3"]
        : [
            "apply of staging-infra",
            `${applied.floor} s`,
            `${applied.seconds.toFixed(0)} s`,
            ratio(applied.seconds, applied.floor),
            "≤ 1.3",
          ],
    );
  }
  console.log(`\n${table(["what", "floor", "measured", "ratio", "target"], rows)}`);
  return 0;
}
