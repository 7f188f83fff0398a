import { setTimeout } from "node:timers/promises";
import type { NextRequest } from "next/server";

const LONGEST_MS = 60_000;

/** A request that takes a while, as reports and uploads do: what a shutdown has to wait for. */
export async function GET(request: NextRequest): Promise<Response> {
  const ms = Number(request.nextUrl.searchParams.get("ms"));
  if (!(ms >= 0 && ms <= LONGEST_MS)) return Response.json({ error: `ms is 0 to ${LONGEST_MS}` }, { status: 400 });
  await setTimeout(ms);
  return Response.json({ worked: ms });
}
