/**
 * One visitor's conversation in this tab, whatever shows it: says what the visitor says exactly once, through lost
 * lines and reloads, and knows what to show. No DOM; time, storage, the line and other tabs are passed in.
 */

import type { Client, Ending, Listener, Shown, World } from "./contract";
import { GAP_MS, idle, isCut, isLong, type Line, LONG_MS, newsOf } from "./line";
import { asWords, changed, type Item, mayPass, restored, sayOf, without } from "./outbox";
import type { Ack, Auth, Language, Message, Press, Session } from "./protocol";
import { createTokens } from "./tokens";
import { rowsOf, upserted } from "./transcript";
import { createTurns, TURN_MS } from "./turns";

const FIND_MS = 150; // for another tab's token
const FOLLOW_MS = 2_000; // for the new token of a tab that is ending the conversation
const END_MS = 15_000;

export function createClient({ language, store, channel, link: makeLink, now, after, id: newId }: World): Client {
  const listeners = new Set<Listener>();
  let messages: readonly Message[] = [];
  let outbox: readonly Item[] = restored(store.get().outbox);
  let line: Line = idle;
  let askedWith: string | undefined;
  let isStale = false;
  let ending: { how: Ending; done: (result: true | string) => void } | undefined;

  const tell = (): void => listeners.forEach(({ changed }) => changed());
  const trouble = (error: string): void => listeners.forEach(({ troubled }) => troubled(error));
  const turns = createTurns(now, tell, after);
  const tokens = createTokens({ store, channel, after, id: newId, moved });
  const link = makeLink({ auth, session, message, ended: () => ended(), lost, failed });

  const isKnown = (id: string): boolean => messages.some((each) => each.id === id);
  const isOurs = (id: string | undefined): boolean => outbox.some((each) => each.id === id);
  const setOutbox = (items: readonly Item[]): void => store.set({ outbox: (outbox = items) });

  function setLine(changes: Partial<Line>): void {
    const turned = changes.up !== undefined && changes.up !== line.up;
    line = { ...line, since: turned ? now() : line.since, ...changes };
    if (!line.up) [GAP_MS, LONG_MS].forEach((ms) => after(ms, tell));
    tell();
  }

  // What is said.

  function send(item: Item): void {
    if (!line.up || ending) return;
    turns.begin(item.id);
    link.emit("say", sayOf(item), TURN_MS, (ack) => settle(item.id, ack));
  }

  const sendAll = (): void => outbox.filter(({ trouble }) => !trouble).forEach(send);

  /** The server's word on a message of ours; none in time, and it is sent again, at once or with the next session. */
  function settle(id: string, ack: Ack | undefined): void {
    const item = outbox.find((each) => each.id === id);
    if (!item) return;
    if (!ack) return send(item);
    turns.finish(id);
    if (!ack.ok && ack.error === "ended") return ended(asWords(outbox));
    if (ack.ok) {
      tokens.refresh(ack.token);
      if (!isKnown(id)) hear({ id, text: item.text, from: "visitor" });
      setOutbox(without(outbox, id));
    } else {
      setOutbox(changed(outbox, id, { text: ack.text, again: mayPass(ack.error) }));
      trouble(ack.error);
    }
    tell();
  }

  function say(text: string, button?: Press): void {
    const item: Item = { id: newId(), text, ...(button && { button }) };
    setOutbox([...outbox, item]);
    listeners.forEach(({ arrived }) => arrived("visitor"));
    start();
    send(item);
    tell();
  }

  function again(id: string): void {
    setOutbox(changed(outbox, id, undefined));
    outbox.filter((item) => item.id === id).forEach(send);
    tell();
  }

  // What is heard.

  function hear(message: Message): void {
    const isNew = !isKnown(message.id);
    messages = upserted(messages, message);
    if (message.reply_to && !isOurs(message.reply_to)) turns.finish(message.reply_to);
    if (!isNew || isOurs(message.id)) return;
    if (message.from === "visitor") turns.begin(message.id); // another tab's; its answer comes here too
    listeners.forEach(({ arrived }) => arrived(message.from));
  }

  function auth(): Auth {
    askedWith = tokens.current();
    const picked = store.get().language;
    return { token: askedWith, language: picked ?? language, chosen: !!picked };
  }

  function session({ token, resumed, messages: history }: Session): void {
    const isOver = askedWith !== undefined && !resumed;
    if (resumed) tokens.refresh(token);
    else tokens.replace(token, askedWith && store.get().of);
    const missed = history.filter(({ id, reply_to }) => isOurs(reply_to) && !isKnown(id));
    messages = history;
    missed.forEach(({ from }) => listeners.forEach(({ arrived }) => arrived(from)));
    const answered = new Set(history.map(({ reply_to }) => reply_to));
    setOutbox(isOver ? asWords(outbox) : outbox.filter(({ id }) => !answered.has(id)));
    setLine({ up: true, reached: true, failures: 0, refusal: "" });
    if (isStale) {
      isStale = false;
      return reconnect();
    }
    if (ending && isOver) finish(true);
    else if (ending) carryOut(ending.how);
    else sendAll();
  }

  function message(heard: Message): void {
    hear(heard);
    tell();
  }

  function lost(): void {
    turns.clear();
    setLine({ up: false });
  }

  function failed(refusal?: { error: string; text: string }): void {
    trouble(refusal?.error ?? "unreachable");
    setLine({ failures: line.failures + 1, refusal: refusal?.text ?? "" });
  }

  // How it begins and ends.

  function start(): void {
    if (line.started) return;
    setLine({ started: true, since: now() });
    void tokens.find(FIND_MS).then(link.open);
  }

  /** While a first connect is under way, the language it asked with may be the one before. */
  function speak(picked: Language): void {
    store.set({ language: picked });
    if (line.started && !line.reached) isStale = true;
    else reconnect();
  }

  function reconnect(): void {
    if (!line.started) return;
    link.close();
    link.open();
  }

  /** Nothing is left of the conversation here but what is to go to the next. */
  function clear(rest: readonly Item[] = []): void {
    messages = [];
    turns.clear();
    if (!rest.length) store.set({ draft: "" });
    setOutbox(rest);
    tell();
  }

  function moved(): void {
    clear();
    reconnect();
  }

  /** Goes where another tab has taken the conversation, or begins a new one. */
  function ended(rest?: readonly Item[]): void {
    link.close();
    tokens.drop();
    clear(rest);
    void tokens.find(FOLLOW_MS).then(link.open);
  }

  function end(how: Ending): Promise<true | string> {
    if (!tokens.current()) {
      clear();
      return Promise.resolve(true as const);
    }
    return new Promise((done) => {
      ending?.done("");
      const mine = (ending = { how, done });
      tokens.leaving(true);
      after(END_MS, () => ending === mine && finish(""));
      if (line.up) carryOut(how);
      else start();
    });
  }

  /** Without an answer, the next session carries it out again, until it is too late. */
  function carryOut(how: Ending): void {
    link.emit(how, undefined, END_MS, (ack) => {
      if (!ack || !ending) return;
      const isGone = !ack.ok && ack.error === "ended"; // another tab was first
      if (ack.ok) tokens.replace(ack.token, store.get().of);
      else trouble(ack.error);
      finish(ack.ok || isGone || ack.text);
      if (isGone) ended();
    });
  }

  function finish(result: true | string): void {
    const done = ending?.done;
    ending = undefined;
    tokens.leaving(false);
    if (result === true) clear();
    else sendAll();
    done?.(result);
  }

  function wake(): void {
    store.reload();
    messages = [];
    outbox = restored(store.get().outbox);
    reconnect();
    tell();
  }

  const shown = (): Shown => ({
    rows: rowsOf(messages, outbox, isCut(line, now())),
    typing: line.up && turns.isAnyYoung(),
    slow: line.up && turns.isAnyOld(),
    news: newsOf(line, now()),
    refusal: line.refusal,
    long: isLong(line, now()),
  });

  const listen = (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return { store, shown, listen, start, say, again, end, speak, hurry: () => link.hurry(), cut: () => link.cut(), wake };
}
