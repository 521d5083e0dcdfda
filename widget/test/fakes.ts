/** The world of a client in tests: a clock that is moved by hand, a tab's storage, other tabs, a line to no server. */

import type { Client, World } from "../src/contract";
import { createClient } from "../src/client";
import type { Hearing, Link } from "../src/link";
import type { Ack, Auth, Language, Message, Session } from "../src/protocol";
import { createStore, type Store } from "../src/store";
import type { Channel, Note } from "../src/tokens";

export class Clock {
  private time = 0;
  private due: { at: number; run: () => void }[] = [];
  readonly now = (): number => this.time;
  readonly after = (ms: number, run: () => void): void => void this.due.push({ at: this.time + ms, run });

  /** Lets so much time pass, and promises settle. */
  async pass(ms: number): Promise<void> {
    this.time += ms;
    await settled();
    const ripe = this.due.filter(({ at }) => at <= this.time).sort((a, b) => a.at - b.at);
    this.due = this.due.filter(({ at }) => at > this.time);
    for (const { run } of ripe) run();
    await settled();
  }
}

export const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

export class MemoryStorage implements Storage {
  private readonly items = new Map<string, string>();
  get length(): number {
    return this.items.size;
  }
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
  key = (index: number): string | null => [...this.items.keys()][index] ?? null;
  clear = (): void => this.items.clear();
}

/** What the tabs of a browser hear of each other: all but the one that speaks. */
export class Tabs {
  private readonly ears: ((note: Note) => void)[] = [];
  channel(): Channel {
    let mine: ((note: Note) => void) | undefined;
    return {
      listen: (heard) => {
        mine = heard;
        this.ears.push(heard);
      },
      post: (note) => this.ears.filter((ear) => ear !== mine).forEach((ear) => ear(note)),
    };
  }
}

export interface Sent {
  readonly event: string;
  readonly body: unknown;
  readonly done: (ack?: Ack) => void;
}

/** A line whose other end is the test. */
export class FakeLink implements Link {
  readonly sent: Sent[] = [];
  opened = 0;
  auth: Partial<Auth> = {};
  private isUp = false;
  private isAsking = false;

  constructor(readonly hearing: Hearing) {}

  open = (): void => {
    this.opened += 1;
    this.knock();
  };

  close = (): void => this.lose();
  hurry = (): void => {};
  cut = (): void => {};
  emit = (event: string, body: unknown, _limit: number, done: (ack?: Ack) => void): void =>
    void this.sent.push({ event, body, done });

  /** The server lets it in. */
  welcome(session: Partial<Session> = {}): void {
    if (!this.isAsking) this.knock(); // a reconnect by itself
    this.isAsking = false;
    this.isUp = true;
    this.hearing.session({ token: "token", resumed: false, messages: [], ...session });
  }

  private knock(): void {
    this.isAsking = true;
    this.auth = this.hearing.auth();
  }

  lose(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.hearing.lost();
    for (const { done } of this.sent.splice(0)) done();
  }

  says(): unknown[] {
    return this.sent.filter(({ event }) => event === "say").map(({ body }) => body);
  }
}

export interface Tab {
  readonly client: Client;
  readonly link: FakeLink;
  readonly store: Store;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly arrived: string[];
  readonly troubles: string[];
}

interface Surroundings {
  readonly storage?: Storage;
  readonly tabs?: Tabs;
  readonly clock?: Clock;
  /** The page's. */
  readonly language?: Language;
}

/** A page in a tab. The same storage again is the same tab after a reload. */
export function openTab({ storage = new MemoryStorage(), tabs = new Tabs(), clock = new Clock(), language = "en" }: Surroundings = {}): Tab {
  let link: FakeLink | undefined;
  const store = createStore("key", () => storage);
  const world: World = {
    language,
    store,
    channel: tabs.channel(),
    link: (hearing) => (link = new FakeLink(hearing)),
    now: clock.now,
    after: clock.after,
    id: newId,
  };
  const client = createClient(world);
  const arrived: string[] = [];
  const troubles: string[] = [];
  client.listen({ changed: () => {}, arrived: (from) => arrived.push(from), troubled: (error) => troubles.push(error) });
  return { client, link: link!, store, storage, clock, arrived, troubles };
}

let ids = 0;
export const newId = (): string => `id-${(ids += 1)}`;

/** A page whose chat is connected. */
export async function connected(tab: Tab = openTab(), session: Partial<Session> = {}): Promise<Tab> {
  tab.client.start();
  await tab.clock.pass(200);
  tab.link.welcome(session);
  return tab;
}

export const visitor = (id: string, text = id): Message => ({ id, from: "visitor", text });
export const assistant = (to: string, buttons?: string[]): Message => ({
  id: `${to}.0`,
  from: "assistant",
  text: `answer to ${to}`,
  reply_to: to,
  ...(buttons && { buttons }),
});

export const texts = ({ client }: Tab): string[] => client.shown().rows.map(({ message }) => message.text);
