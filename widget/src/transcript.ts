/** The conversation as it is shown: what the server has, then what is still on its way, buttons open or quiet. */

import type { Item } from "./outbox";
import type { Message } from "./protocol";

/** How a message of the visitor stands with the server; "" is well. */
export type Standing = "" | "sending" | "unsent" | { readonly text: string; readonly again: boolean };

export interface Row {
  readonly message: Message;
  readonly standing: Standing;
  /** Whether its buttons can be pressed. */
  readonly open: boolean;
  /** The index of the button that was pressed, or -1. */
  readonly pressed: number;
}

/** The messages with this one: in the place of the one with its id, else at the end. */
export function upserted(messages: readonly Message[], message: Message): readonly Message[] {
  const at = messages.findIndex(({ id }) => id === message.id);
  if (at < 0) return [...messages, message];
  return messages.map((old, index) => (index === at ? { ...old, ...message } : old));
}

/** Rows from first to last. `cut` says that what is on its way cannot get out now. */
export function rowsOf(messages: readonly Message[], outbox: readonly Item[], cut: boolean): Row[] {
  const known = new Set(messages.map(({ id }) => id));
  const waiting = outbox.filter(({ id }) => !known.has(id));
  const standing = new Map(outbox.map((item) => [item.id, standingOf(item, known.has(item.id), cut)]));
  const all = [...messages, ...waiting.map(({ id, text }): Message => ({ id, text, from: "visitor" }))];
  const last = all.map(({ from }) => from).lastIndexOf("visitor");
  return all.map((message, index) => {
    const pressed = pressedOf(message, all.slice(index + 1));
    return {
      message,
      standing: standing.get(message.id) ?? "",
      open: index > last && pressed < 0,
      pressed,
    };
  });
}

/** The rows under a greeting of the widget's own; its buttons are as any other's. */
export function greeted(greeting: Message, rows: readonly Row[]): Row[] {
  const pressed = pressedOf(greeting, rows.map(({ message }) => message));
  const isOpen = !rows.some(({ message }) => message.from === "visitor");
  return [{ message: greeting, standing: "", open: isOpen, pressed }, ...rows];
}

function standingOf({ trouble }: Item, isKnown: boolean, cut: boolean): Standing {
  if (trouble) return trouble;
  return isKnown ? "" : cut ? "unsent" : "sending";
}

/** What the server says was pressed, else the button with the words that the visitor said next. */
function pressedOf({ buttons, used }: Message, after: readonly Message[]): number {
  if (!buttons) return -1;
  return used ?? buttons.indexOf(after.find(({ from }) => from === "visitor")?.text ?? "");
}
