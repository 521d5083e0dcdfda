/** The conversation on the screen: a live log that says each new message once, and nothing of the history. */

import { type Bubble, createBubble, type Deeds } from "./bubble";
import { make } from "./dom";
import type { Row } from "./transcript";
import type { Words } from "./words";

const FILL_MS = 150; // so long a screen reader may look at what was filled in
const NEAR_PX = 48;
const EDGE_PX = 12;

/** The id of the row that the widget says itself. */
export const GREETING = "greeting";

export interface Log {
  readonly node: HTMLElement;
  readonly show: (rows: readonly Row[], isTyping: boolean) => void;
  /** Scrolls to where the conversation is, after it came into view. */
  readonly settle: () => void;
}

export function createLog(words: Words, deeds: Deeds): Log {
  const node = make("div", { class: "log", role: "log", tabindex: "0", "aria-label": words.log, "aria-live": "off" });
  const dots = make("div", { class: "typing", "aria-hidden": "true" }, ...["•", "•", "•"].map((dot) => make("i", {}, dot)));
  const bubbles = new Map<string, Bubble>();
  let isAtEnd = true;
  let isFirst = true;
  let wasKnown = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The last question at the top if its answer is longer than the screen, else the end; a greeting from its start. */
  function settle(): void {
    const questions = node.querySelectorAll<HTMLElement>(".visitor");
    const question = questions[questions.length - 1];
    const answer = question?.nextElementSibling as HTMLElement | null | undefined;
    let top = question ? node.scrollHeight : 0;
    if (question && answer?.matches(".assistant")) {
      const isTall = answer.offsetTop - question.offsetTop > node.clientHeight / 2;
      top = Math.min(top, (isTall ? answer : question).offsetTop - EDGE_PX);
    }
    node.scrollTop = top;
  }

  function silently(fill: () => void): void {
    node.setAttribute("aria-live", "off");
    fill();
    clearTimeout(timer);
    timer = setTimeout(() => node.setAttribute("aria-live", "polite"), FILL_MS);
  }

  /** Makes what is missing, in its place; moves and touches nothing else. Returns whether a node came or went. */
  function reconcile(rows: readonly Row[]): boolean {
    const wanted = new Map(rows.map((row) => [row.message.id, row]));
    let isChanged = false;
    for (const [id, bubble] of bubbles) {
      const row = wanted.get(id);
      if (row && bubble.says(row)) continue;
      bubble.node.remove();
      bubbles.delete(id);
    }
    let place = node.firstChild;
    for (const row of rows) {
      let bubble = bubbles.get(row.message.id);
      if (bubble) bubble.update(row);
      else bubbles.set(row.message.id, (bubble = createBubble(row, words, deeds)));
      if (bubble.node === place) {
        place = place.nextSibling;
      } else {
        node.insertBefore(bubble.node, place);
        isChanged = true;
      }
    }
    return isChanged;
  }

  node.addEventListener("scroll", () => {
    isAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_PX;
  });
  new ResizeObserver(() => {
    if (isAtEnd) node.scrollTop = node.scrollHeight;
  }).observe(node);

  return {
    node,
    settle,
    show(rows, isTyping) {
      const known = rows.filter(isOfServer);
      const isHistory = !wasKnown && known.some(({ message }) => message.from === "assistant");
      const hadDots = dots.isConnected;
      let isChanged = false;
      const fill = (): void => {
        isChanged = reconcile(rows);
        if (isTyping && !hadDots) node.append(dots);
        else if (!isTyping) dots.remove();
      };
      if (isFirst || isHistory) silently(fill);
      else fill();
      isFirst = false;
      wasKnown = known.length > 0;
      const last = rows[rows.length - 1];
      if ((isChanged && (isAtEnd || last?.message.from === "visitor")) || (isTyping && !hadDots && isAtEnd)) settle();
    },
  };
}

/** The first rows of the server's on an empty screen are a history: an answer comes after its question. */
const isOfServer = ({ message, standing }: Row): boolean => message.id !== GREETING && standing === "";
