import type { Callee } from "./draft";

/** The hosts in a value. */
export function calleesOf(from: string, value: string): Callee[] {
  const urls = [...value.matchAll(/[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?([a-z0-9.-]+)(?::(\d+))?/gi)];
  const alone = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::(\d+))?$/i.exec(value);
  return [...urls, ...(alone === null || !/[a-z]$/i.test(alone[1] ?? "") ? [] : [alone])].flatMap(
    ([, host = "", port]) =>
      host.includes(".") && !/^[\d.]+$/.test(host)
        ? [{ host, ...(port !== undefined && { port: Number(port) }), from, isPrivate: PRIVATE.test(host) }]
        : [],
  );
}

const PRIVATE = /(\.local|\.internal|\.rds\.amazonaws\.com|\.cache\.amazonaws\.com)$/;
