/** The visitor's messages that have no answer yet, and since when. */

/** An answer that takes longer is asked for again; it is the same turn to the server. */
export const TURN_MS = 30_000;

export interface Turns {
  /** A turn that is open already goes on. */
  readonly begin: (id: string) => void;
  readonly finish: (id: string) => void;
  readonly clear: () => void;
  readonly isAnyYoung: () => boolean;
  readonly isAnyOld: () => boolean;
}

/** `aged` is called whenever a turn may have become old. */
export function createTurns(now: () => number, aged: () => void, after: (ms: number, run: () => void) => void): Turns {
  const began = new Map<string, number>();
  const some = (test: (age: number) => boolean): boolean => [...began.values()].some((start) => test(now() - start));
  return {
    begin(id) {
      if (began.has(id)) return;
      began.set(id, now());
      after(TURN_MS, aged);
    },
    finish: (id) => began.delete(id),
    clear: () => began.clear(),
    isAnyYoung: () => some((age) => age < TURN_MS),
    isAnyOld: () => some((age) => age >= TURN_MS),
  };
}
