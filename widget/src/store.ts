/** What one tab keeps until it is closed: one record in sessionStorage, or in memory where that is blocked. */

import type { Item } from "./outbox";
import type { Language } from "./protocol";

export interface Kept {
  /** The session's token, all that the server needs to go on with the conversation. */
  token?: string | undefined;
  /** A name for the conversation among this browser's tabs. It never leaves the browser. */
  of?: string | undefined;
  open?: boolean | undefined;
  draft?: string | undefined;
  /** The language that the visitor picked. */
  language?: Language | undefined;
  outbox?: readonly Item[] | undefined;
}

export interface Store {
  readonly get: () => Kept;
  readonly set: (changes: Kept) => void;
  /** Reads it again, after a page that was put aside comes back to a tab that has moved on. */
  readonly reload: () => void;
}

/** `blocked` storage throws already when it is touched, hence the function. */
export function createStore(key: string, storage: () => Storage): Store {
  let kept: Kept = {};
  const reload = (): void => {
    try {
      const read: unknown = JSON.parse(storage().getItem(key) ?? "{}");
      kept = read && typeof read === "object" ? read : {};
    } catch {
      // what memory holds has to do
    }
  };
  reload();
  return {
    get: () => kept,
    set(changes) {
      kept = { ...kept, ...changes };
      try {
        storage().setItem(key, JSON.stringify(kept));
      } catch {
        // blocked or full: the record lives as long as the page
      }
    },
    reload,
  };
}
