/** What the visitor said and the server has not confirmed. It is sent, and sent again, under the same id. */

import type { Press, Say } from "./protocol";

export interface Item {
  readonly id: string;
  /** What is shown; for a button its title. */
  readonly text: string;
  readonly button?: Press;
  /** Why the server did not take it, and whether the same again may work. */
  readonly trouble?: { readonly text: string; readonly again: boolean };
}

/** Errors that pass: the same message may be sent again. */
const PASSING = ["problem", "too_many"];

export const mayPass = (error: string): boolean => PASSING.includes(error);

export const sayOf = ({ id, text, button }: Item): Say => (button ? { id, button } : { id, text });

/** What a tab kept, without what is none of ours or would fail again. */
export function restored(kept: unknown): Item[] {
  return Array.isArray(kept) ? kept.filter(isItem).filter(({ trouble }) => !trouble || trouble.again) : [];
}

/** For another conversation: it knows none of the buttons, so each goes as the words on it. */
export const asWords = (items: readonly Item[]): Item[] => restored(items).map(({ id, text }) => ({ id, text }));

export const without = (items: readonly Item[], id: string): Item[] => items.filter((item) => item.id !== id);

export const changed = (items: readonly Item[], id: string, trouble: Item["trouble"]): Item[] =>
  items.map((item) => {
    if (item.id !== id) return item;
    const { trouble: _, ...rest } = item;
    return trouble ? { ...rest, trouble } : rest;
  });

function isItem(value: unknown): value is Item {
  const item = value as Item | null;
  return typeof item?.id === "string" && typeof item.text === "string";
}
