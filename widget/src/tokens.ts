/**
 * The session's token: kept by this tab, asked of an open tab of the same site, and told to the others when it
 * changes. When the last tab is closed, it is gone.
 */

import type { Store } from "./store";

/** What tabs say to each other: a question, or a token with the conversation it belongs to. */
export type Note =
  | { readonly ask: true }
  | { readonly token: string; readonly of: string; readonly was?: string | undefined };

export interface Channel {
  readonly post: (note: Note) => void;
  readonly listen: (heard: (note: Note) => void) => void;
}

export interface Tokens {
  readonly current: () => string | undefined;
  /** Waits for an open tab's token, so many milliseconds, if this tab has none. */
  readonly find: (limit: number) => Promise<void>;
  /** A fresher token of the same conversation. */
  readonly refresh: (token: string) => void;
  /** The token of a new conversation; tabs that were in the one it follows come along. */
  readonly replace: (token: string, follows?: string) => void;
  readonly drop: () => void;
  /** While a conversation is being ended here, its token is given to no other tab. */
  readonly leaving: (isLeaving: boolean) => void;
}

export interface Surroundings {
  readonly store: Store;
  readonly channel: Channel | undefined;
  readonly after: (ms: number, run: () => void) => void;
  readonly id: () => string;
  /** Called when another tab has taken this one to a new conversation. */
  readonly moved: () => void;
}

export function createTokens({ store, channel, after, id, moved }: Surroundings): Tokens {
  let found: () => void = () => {};
  let isLeaving = false;

  const keep = (token: string, of: string, was?: string): void => {
    store.set({ token, of });
    channel?.post({ token, of, was });
  };

  channel?.listen((note) => {
    const { token, of } = store.get();
    if ("ask" in note) {
      if (token && of && !isLeaving) channel.post({ token, of });
    } else if (!of || note.of === of || note.was === of) {
      store.set({ token: note.token, of: note.of });
      if (of && note.of !== of) moved();
      else found();
    }
  });

  return {
    current: () => store.get().token,
    find: (limit) =>
      new Promise((done) => {
        if (store.get().token || !channel) return done();
        found = done;
        after(limit, done);
        channel.post({ ask: true });
      }),
    refresh: (token) => keep(token, store.get().of ?? id()),
    replace: (token, follows) => keep(token, id(), follows),
    drop: () => store.set({ token: undefined, of: undefined }),
    leaving: (value) => {
      isLeaving = value;
    },
  };
}
