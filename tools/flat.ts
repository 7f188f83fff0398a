import { printable } from "../model/printable";

/** What a tool said, on one line and without Terraform's frames, as a sentence may quote it. */
export const flat = (text: string): string => printable(text.replace(/[\s│╷╵]+/g, " ").trim());
