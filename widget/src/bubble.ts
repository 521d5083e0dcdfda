/** One message as a node, made once and complete; later only what changed is touched. */

import { type Choices, createChoices } from "./choices";
import { button, hidden, make } from "./dom";
import { nodesOf } from "./render";
import type { Row, Standing } from "./transcript";
import type { Words } from "./words";

/** What can be done with a message. */
export interface Deeds {
  readonly press: (row: Row, index: number) => void;
  readonly again: (id: string) => void;
  readonly refuge: () => void;
}

export interface Bubble {
  readonly node: HTMLElement;
  /** Whether it has this row's words; an apology may give way to an answer. */
  readonly says: (row: Row) => boolean;
  readonly update: (row: Row) => void;
}

export function createBubble(first: Row, words: Words, deeds: Deeds): Bubble {
  const { id, from, text, buttons } = first.message;
  const isVisitor = from === "visitor";
  const inside = isVisitor ? [make("p", { dir: "auto" }, text)] : nodesOf(text);
  const node = make(
    "div",
    { class: `message ${from}` },
    hidden(`${isVisitor ? words.you : words.assistant} `),
    make("div", { class: "bubble" }, ...inside),
  );
  let row = first;
  let choices: Choices | undefined;
  if (buttons?.length) {
    choices = createChoices(buttons, words.choices, (index) => deeds.press(row, index), deeds.refuge);
    node.append(choices.node);
  }
  let mark: HTMLElement | undefined;
  let standing: Standing = "";
  const update = (latest: Row): void => {
    row = latest;
    choices?.update(row.open, row.pressed);
    if (JSON.stringify(row.standing) === JSON.stringify(standing)) return;
    standing = row.standing;
    mark?.remove();
    mark = markOf(standing, words, () => deeds.again(id));
    if (mark) node.append(mark);
  };
  update(first);
  return { node, update, says: ({ message }) => message.text === text };
}

function markOf(standing: Standing, words: Words, again: () => void): HTMLElement | undefined {
  if (!standing) return undefined;
  if (typeof standing === "string") return make("p", { class: `mark ${standing}` }, words[standing]);
  const retry = standing.again ? [" ", button({}, again, words.again)] : [];
  return make("p", { class: "mark trouble" }, standing.text, ...retry);
}
