/** The question before a conversation is deleted, in the panel itself. */

import { button, make } from "./dom";
import type { Words } from "./words";

export interface Confirm {
  readonly node: HTMLElement;
  readonly ask: () => void;
  /** Takes the question back; false if it was not asked. */
  readonly close: () => boolean;
}

/** `others` are out of reach while it asks; `back` gets the focus afterwards. */
export function createConfirm(words: Words, others: readonly HTMLElement[], yes: () => void, back: () => void): Confirm {
  const keep = button({}, () => void close(), words.eraseNo);
  const node = make(
    "div",
    { class: "confirm", role: "alertdialog", "aria-labelledby": "ask", "aria-describedby": "what", hidden: true },
    make("strong", { id: "ask" }, words.eraseAsk),
    make("p", { id: "what" }, words.eraseWhat),
    make(
      "div",
      { class: "row" },
      keep,
      button(
        { class: "danger" },
        () => {
          close();
          yes();
        },
        words.eraseYes,
      ),
    ),
  );

  function show(isAsked: boolean): void {
    node.hidden = !isAsked;
    for (const other of others) other.inert = isAsked;
  }

  function close(): boolean {
    if (node.hidden) return false;
    show(false);
    back();
    return true;
  }

  return {
    node,
    close,
    ask() {
      show(true);
      keep.focus();
    },
  };
}
