// A job as text for whoever is asked for help: what happened and when, without folders.

import type { JobDetail } from "./model";
import { withoutFolders } from "./redact";

/** A line of the log without the document's id that it begins with. */
export function plainLog(message: string): string {
  return message.replace(/^\[[0-9a-f-]{36}\]\s*/, "");
}

export function jobDetails({ job, attempts, log }: JobDetail, version: string): string {
  // The result and the name may hold what was read.
  const { result: _, progress: __, name: ___, ...rest } = job;
  const redacted = (_key: string, value: unknown) => (typeof value === "string" ? withoutFolders(value) : value);
  return JSON.stringify({ version, job: rest, attempts, log }, redacted, 2);
}
