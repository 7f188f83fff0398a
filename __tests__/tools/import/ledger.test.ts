import { describe, expect, it } from "vitest";
import { At } from "../../../tools/import/at";
import { asks, drops, type Fields, reads } from "../../../tools/import/fields";
import { Ledger } from "../../../tools/import/ledger";
import { ACCEPTED, type Question } from "../../../tools/import/question";

const TABLE: Fields = {
  image: reads("image"),
  "env[].name": reads("env"),
  "env[].value": reads("env"),
  arn: drops("a report's header"),
  "labels{}": drops("nobody reads them"),
  gpu: asks({ risk: "does not start", asks: "A GPU?", options: [ACCEPTED], without: "no GPU" }),
};
const QUESTION: Question = {
  id: "size",
  risk: "slower",
  asks: "How many?",
  options: [{ form: "a number", fits: /^\d+$/, means: "so many" }],
  without: "one",
};

const ledgerWith = (content: unknown, answers: Record<string, string> = {}) => {
  const ledger = new Ledger({ thing: TABLE }, new Map(Object.entries(answers)));
  return { ledger, root: ledger.read(At.root({ name: "thing", shape: "thing" }, content)) };
};
const told = (ledger: Ledger) => ledger.settle().map(({ fate, isAbsent, path }) => [path, isAbsent, fate]);

describe("the account of an import", () => {
  it("has exactly one row for each value, by what the conversion said, and by the table where it said nothing", () => {
    const { ledger, root } = ledgerWith({
      image: "a:1",
      arn: "arn:aws:x",
      labels: { "a.b": "c" },
      env: [
        { name: "A", value: "" },
        { name: "A", value: "2" },
      ],
    });
    ledger.mapped(root.at("image"), "image.tag");
    ledger.defaulted(root.at("env"), "env", "as it is");
    const env = { kind: "defaulted", to: "env", why: "as it is" };
    expect(told(ledger)).toEqual([
      ["image", false, { kind: "mapped", to: "image.tag" }],
      ["arn", false, { kind: "dropped", why: "a report's header" }],
      ["labels{a.b}", false, { kind: "dropped", why: "nobody reads them" }],
      ["env[A].name", false, env],
      ["env[A#2].name", false, env],
      ["env[A#2].value", false, env],
    ]);
  });

  it("has a row for what is absent, when that has consequences", () => {
    const { ledger, root } = ledgerWith({ image: null });
    ledger.defaulted(root.at("stopTimeout"), "30", "ECS's default");
    expect(told(ledger)).toEqual([["stopTimeout", true, { kind: "defaulted", to: "30", why: "ECS's default" }]]);
  });

  it("lets nothing that is said of a whole cover a field in it that no table knows", () => {
    const { ledger, root } = ledgerWith({ env: [{ name: "A", value: "1", news: true }], labels: { any: "x" } });
    ledger.mapped(root.at("env"), "env");
    ledger.dropped(root.at("labels"), "nobody reads them");
    expect(told(ledger)).toEqual([
      ["env[A].name", false, { kind: "mapped", to: "env" }],
      ["env[A].value", false, { kind: "mapped", to: "env" }],
      ["env[A].news", false, { kind: "decision", decision: "thing:env[A].news" }],
      ["labels{any}", false, { kind: "dropped", why: "nobody reads them" }],
    ]);
  });

  it("asks about what no table knows, and about what the conversion forgot", () => {
    const { ledger } = ledgerWith({ image: "a", news: [1], gpu: 2 });
    expect(ledger.settle().map(({ fate }) => fate.kind)).toEqual(["decision", "decision", "decision"]);
    expect(ledger.decisions().map(({ asks, id }) => [id, asks])).toEqual([
      ["thing:image", "What is image for? nothing here says what it is for."],
      ["thing:news[]", "What is news[0] for? AWS's model of this version has no such field."],
      ["thing:gpu", "A GPU?"],
    ]);
  });

  it("lets a question take over what looked settled, and nothing take over a question", () => {
    const { ledger, root } = ledgerWith({ image: "a" });
    ledger.mapped(root.at("image"), "image");
    ledger.ask(root.at("image"), QUESTION);
    ledger.dropped(root, "all of it");
    expect(told(ledger)).toEqual([["image", false, { kind: "decision", decision: "size" }]]);
  });

  it("gives an answer that the question takes, and refuses any other", () => {
    const good = ledgerWith({ image: "a" }, { size: "3" });
    expect(good.ledger.ask(good.root, QUESTION)).toBe("3");
    expect(good.ledger.decisions()).toMatchObject([{ id: "size", answer: "3", about: ["thing"] }]);
    const bad = ledgerWith({ image: "a" }, { size: "many" });
    expect(bad.ledger.ask(bad.root, QUESTION)).toBeUndefined();
    expect(bad.ledger.faults).toEqual(["size: its answer must be a number"]);
    expect(bad.ledger.decisions()[0]).not.toHaveProperty("answer");
  });

  it("never repeats an answer, and takes none that looks like a secret", () => {
    const secret = "postgres://shop:hunter2@db.example.com/shop";
    const question: Question = { ...QUESTION, options: [{ form: "a value", fits: /./, means: "it is that" }] };
    const { ledger, root } = ledgerWith({ image: "a" }, { size: secret });
    expect(ledger.ask(root, question)).toBeUndefined();
    expect(ledger.faults).toEqual([
      "size: its answer must be a value; it looks like a password in a URL, which belongs in the vault and in no file here",
    ]);
  });

  it("has ids that no other order of a list changes", () => {
    const idsOf = (content: unknown) => {
      const { ledger } = ledgerWith(content);
      ledger.settle();
      return ledger.decisions().map(({ about, id }) => [id, about]);
    };
    const [one, two] = [{ news: 1 }, { name: "web", news: 2 }];
    expect(idsOf({ list: [one, two] })).toEqual([
      ["thing:list[].news", ["thing: list[0].news"]],
      ["thing:list[web].name", ["thing: list[web].name"]],
      ["thing:list[web].news", ["thing: list[web].news"]],
    ]);
    expect(
      idsOf({ list: [two, one] })
        .map(([id]) => id)
        .sort(),
    ).toEqual(
      idsOf({ list: [one, two] })
        .map(([id]) => id)
        .sort(),
    );
  });
});
