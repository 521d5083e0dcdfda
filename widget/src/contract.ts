/** What a client of the conversation is given, and what it promises to whatever shows it. */

import type { News } from "./line";
import type { Hearing, Link } from "./link";
import type { Language, Message, Press } from "./protocol";
import type { Store } from "./store";
import type { Channel } from "./tokens";
import type { Row } from "./transcript";

export interface World {
  readonly language: Language;
  readonly store: Store;
  readonly channel: Channel | undefined;
  readonly link: (hearing: Hearing) => Link;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => void;
  readonly id: () => string;
}

export interface Shown {
  readonly rows: readonly Row[];
  /** Whether an answer is being looked up, and whether it takes unusually long. */
  readonly typing: boolean;
  readonly slow: boolean;
  readonly news: News;
  readonly refusal: string;
  /** Whether the line has been down for long. */
  readonly long: boolean;
}

export interface Listener {
  readonly changed: () => void;
  /** A message that was not there before and is no history. */
  readonly arrived: (from: Message["from"]) => void;
  readonly troubled: (error: string) => void;
}

/** The two ways to end a conversation; they are also the events' names on the wire. */
export type Ending = "start_over" | "delete";

export interface Client {
  readonly store: Store;
  readonly shown: () => Shown;
  /** Returns what stops it. */
  readonly listen: (listener: Listener) => () => void;
  /** Connects, the first time it is called. */
  readonly start: () => void;
  readonly say: (text: string, button?: Press) => void;
  /** Sends a message again that the server did not take. */
  readonly again: (id: string) => void;
  /** True once the server did it, at once where it has nothing of this visitor; else its sentence, "" for no word. */
  readonly end: (how: Ending) => Promise<true | string>;
  /** Goes on in the language that the visitor picked. */
  readonly speak: (language: Language) => void;
  /** The network is back, or gone. */
  readonly hurry: () => void;
  readonly cut: () => void;
  /** Begins anew from what the tab keeps, after the page was put aside. */
  readonly wake: () => void;
}
