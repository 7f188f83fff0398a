/** One JSON object a line, on stdout: the node's agent collects it, and queries find the fields. Never a secret, never a query string. */
export function log(level: "info" | "error", message: string, fields: Record<string, string | number> = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
