/** How the line to the server stands, and when that is worth a word. */

export interface Line {
  readonly started: boolean;
  readonly up: boolean;
  /** Whether it was ever up on this page. */
  readonly reached: boolean;
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Since when it is up or down, in milliseconds. */
  readonly since: number;
  /** The server's sentence if it did not let us in. */
  readonly refusal: string;
}

export type News = "" | "connecting" | "reconnecting" | "unreachable" | "refused";

/** A gap this short goes unmentioned. */
export const GAP_MS = 1_000;
/** After this long it is time to tell what else the visitor can do. */
export const LONG_MS = 20_000;
const TELLING_FAILURES = 2;

export const idle: Line = { started: false, up: false, reached: false, failures: 0, since: 0, refusal: "" };

export function newsOf(line: Line, now: number): News {
  const gap = now - line.since;
  if (!line.started || line.up) return "";
  if (line.refusal) return "refused";
  if (!line.reached && (line.failures >= TELLING_FAILURES || gap >= LONG_MS)) return "unreachable";
  if (gap < GAP_MS) return "";
  return line.reached ? "reconnecting" : "connecting";
}

/** Whether what is written now has to wait: a first connect that is merely under way does not count. */
export const isCut = (line: Line, now: number): boolean =>
  line.started && !line.up && now - line.since >= GAP_MS && (line.reached || line.failures > 0);

/** Whether a lost line has been gone for long. */
export const isLong = (line: Line, now: number): boolean =>
  line.started && !line.up && now - line.since >= LONG_MS;
