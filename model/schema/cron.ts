/**
 * Schedules as Kubernetes reads them: five fields, no zone in front (github.com/robfig/cron v3, ParseStandard, which is what
 * the API server calls). EventBridge has six, counts weekdays from 1, and knows L, W, # and ?.
 */

interface Field {
  readonly least: number;
  readonly most: number;
  /** Names that stand for the numbers from `least` on. */
  readonly names?: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Minute, hour, day, month, weekday. */
const FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: WEEKDAYS },
];

const anyCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);

/** A field as a pattern, for Helm too: it cannot tell that a range ends before it begins. */
function patternOf({ least, most, names = [] }: Field): string {
  const numbers = Array.from({ length: most - least + 1 }, (_, index) =>
    String(least + index).replace(/^(\d)$/, "0?$1"),
  );
  const one = `(?:${[...numbers, ...names.map(anyCase)].join("|")})`;
  const item = `(?:\\*|${one}(?:-${one})?)(?:/[1-9]\\d?)?`;
  return `${item}(?:,${item})*`;
}

export const CRON = new RegExp(`^${FIELDS.map(patternOf).join(" +")}$`);

/** Whether every range of a schedule that fits the pattern ends where it begins or later. */
export function hasWholeRanges(schedule: string): boolean {
  return schedule.split(/ +/).every((text, index) =>
    text.split(",").every((item) => {
      const [from, to] = (item.split("/")[0] ?? "").split("-").map((word) => numberOf(word, FIELDS[index]));
      return from === undefined || to === undefined || from <= to;
    }),
  );
}

function numberOf(word: string, field: Field | undefined): number | undefined {
  const name = field?.names?.indexOf(word.toUpperCase()) ?? -1;
  if (name >= 0) return (field?.least ?? 0) + name;
  return /^\d+$/.test(word) ? Number(word) : undefined;
}

const isCron = (schedule: string): boolean => CRON.test(schedule) && hasWholeRanges(schedule);

/** The schedule that was meant by one of EventBridge's or of a crontab; undefined when nobody can tell, or there is none. */
export function cronMeantBy(given: string): string | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(given);
  const meant = rate ? fromRate(Number(rate[1]), rate[2] ?? "") : fromFields(given);
  return meant !== undefined && meant !== given && isCron(meant) ? meant : undefined;
}

/** A rate counts from when it was made, a schedule from midnight: only what divides a day or an hour can be said. */
function fromRate(every: number, unit: string): string | undefined {
  const step = every === 1 ? "*" : `*/${every}`;
  if (unit === "minute") return 60 % every === 0 && every < 60 ? `${step} * * * *` : undefined;
  if (unit === "hour") return 24 % every === 0 && every < 24 ? `0 ${step} * * *` : undefined;
  return every === 1 ? "0 0 * * *" : undefined;
}

function fromFields(given: string): string | undefined {
  const fields = given
    .replace(/^cron\((.*)\)$/, "$1")
    .trim()
    .split(/\s+/);
  const isOfEventBridge = fields.length === 6 || fields.includes("?");
  const [minute, hour, day, month, weekday, year = "*"] = fields;
  if (weekday === undefined || fields.length > 6 || year !== "*") return undefined;
  const days = isOfEventBridge ? fromOne(weekday) : fromSunday(weekday);
  return [minute, hour, day, month, days].join(" ").replaceAll("?", "*");
}

/** EventBridge's Sunday is 1, Kubernetes' is 0; what follows a slash is no day. */
const fromOne = (weekday: string): string =>
  weekday.replace(/(?<![\d/])\d+/g, (number) => (number === "0" ? "-" : String(Number(number) - 1)));

/** A crontab's Sunday may be 7 as well. */
const fromSunday = (weekday: string): string =>
  weekday
    .split(",")
    .map((item) =>
      item
        .replace(/^7$/, "0")
        .replace(/^0-7$/, "*")
        .replace(/^([1-6])-7$/, "$1-6,0"),
    )
    .join(",");
