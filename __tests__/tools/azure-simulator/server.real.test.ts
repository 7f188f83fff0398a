import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalAzure } from "../../../tools/azure-simulator/server";

let azure: LocalAzure;
beforeAll(async () => {
  azure = await LocalAzure.start();
});
afterAll(() => azure.stop());

/** What the proxy answers to CONNECT, and the socket. */
async function tunnel(host: string): Promise<{ answer: string; socket: Socket }> {
  const socket = connect(Number(new URL(azure.url).port), "127.0.0.1");
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const answer = await new Promise<Buffer>((resolve, reject) => socket.once("data", resolve).once("error", reject));
  return { answer: answer.toString(), socket };
}

async function open(): Promise<TLSSocket> {
  const { socket } = await tunnel("management.azure.com");
  const tls = connectTls({ socket, servername: "management.azure.com", ca: azure.certificate });
  await new Promise((resolve, reject) => tls.once("secureConnect", resolve).once("error", reject));
  return tls;
}

async function ask(method: string, path: string, body = ""): Promise<string> {
  const tls = await open();
  tls.write(
    `${method} ${path} HTTP/1.1\r\nHost: management.azure.com\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of tls) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const GROUP = "/subscriptions/5f1c0d4e-0000-4000-8000-7375626d6d76/resourceGroups/rg";

describe("the local Azure", () => {
  it("answers for Azure's host names, with a certificate of its own", async () => {
    expect(await ask("PUT", GROUP, '{"location":"eastus2"}')).toMatch(/^HTTP\/1\.1 201 /);
    expect(await ask("GET", GROUP)).toContain('"location":"eastus2"');
  });

  it("refuses every other host, and remembers who was asked for", async () => {
    expect((await tunnel("registry.terraform.io")).answer).toMatch(/^HTTP\/1\.1 403 /);
    expect((await tunnel("management.azure.com.example.com")).answer).toMatch(/^HTTP\/1\.1 403 /);
    expect([...azure.refusedHosts]).toEqual(["registry.terraform.io:443", "management.azure.com.example.com:443"]);
  });

  it("answers 400 to nonsense, and goes on", async () => {
    expect(await ask("PUT", GROUP, "{nonsense")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask("GET", GROUP)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("goes on when a client dies in the middle of a request", async () => {
    const tls = await open();
    tls.write(`PUT ${GROUP} HTTP/1.1\r\nHost: management.azure.com\r\nContent-Length: 1000\r\n\r\n{"half":`);
    tls.destroy();
    await new Promise((resolve) => tls.once("close", resolve));
    expect(await ask("GET", GROUP)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
