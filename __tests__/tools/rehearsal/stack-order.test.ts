import { describe, expect, it } from "vitest";
import { StackOrder } from "../../../tools/rehearsal/stack-order";
import { production } from "../../support/fixtures/environments/production";
import { stackInfo } from "../../support/small-stack";

const helm = { provider: { helm: [{}] } };
const infra = stackInfo("staging-infra");
const addons = stackInfo("staging-addons", { producers: ["staging-infra"], json: helm });
const platform = stackInfo("staging-platform", { producers: ["staging-addons"], json: helm });
const next = stackInfo("production-addons", { settings: production, json: helm });
const STACKS = [infra, addons, platform, next];

/** Whether a promise has settled, once everything that can happen has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe("StackOrder", () => {
  it("lets a stack begin when everything that it needs is applied", async () => {
    const order = new StackOrder(STACKS);
    const announce = order.announcerOf(infra);
    const begun = order.producersOf(addons);
    expect(await isSettled(begun)).toBe(false);
    announce(true);
    expect(await begun).toBe(true);
  });

  it("lets none begin on what was never applied, and takes the first word", async () => {
    const order = new StackOrder(STACKS);
    const announce = order.announcerOf(infra);
    announce(false);
    announce(true);
    expect(await order.producersOf(addons)).toBe(false);
  });

  it("waits for those that need a stack by way of others too", async () => {
    const order = new StackOrder(STACKS);
    let end = () => {};
    order.keep(addons, Promise.resolve());
    order.keep(
      platform,
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    );
    const gone = Promise.all(order.consumersOf(infra));
    expect(await isSettled(gone)).toBe(false);
    end();
    expect(await isSettled(gone)).toBe(true);
  });

  it("takes environments through the one cluster in turn, and lets what speaks to Azure alone go at once", async () => {
    const order = new StackOrder(STACKS);
    const told: string[] = [];
    const say = (text: string) => void told.push(text);
    let end = () => {};
    order.keep(
      addons,
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    );
    order.keep(platform, Promise.resolve());
    const turn = order.turnOf(next, say);
    expect(told).toEqual(["waiting for staging-addons, staging-platform to leave the cluster"]);
    expect(await isSettled(turn)).toBe(false);
    end();
    expect(await isSettled(turn)).toBe(true);
    expect(await isSettled(order.turnOf(addons, say))).toBe(true);
    expect(await isSettled(order.turnOf(stackInfo("production-infra", { settings: production }), say))).toBe(true);
    expect(told).toHaveLength(1);
  });
});
