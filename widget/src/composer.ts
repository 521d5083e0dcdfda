/** Where the visitor writes: grows with the text, sends on Enter, and says when it is too long. */

import { ICONS, icon, make, set } from "./dom";
import { countOf, LONGEST } from "./protocol";
import { fill, type Words } from "./words";

const COUNT_FROM = 1_800;

export interface Composer {
  readonly node: HTMLElement;
  readonly focus: () => void;
  readonly write: (text: string) => void;
  /** Sends what is written, or says why not. */
  readonly send: () => void;
  /** Fits the height to the text, after it came into view. */
  readonly fit: () => void;
}

export function createComposer(
  words: Words,
  format: (count: number) => string,
  say: (text: string) => void,
  draft: (text: string) => void,
): Composer {
  const input = make("textarea", {
    rows: "1",
    dir: "auto",
    "aria-label": words.input,
    "aria-describedby": "error counter",
    placeholder: words.placeholder,
    enterkeyhint: "send",
    autocomplete: "off",
  });
  const error = make("p", { id: "error", class: "trouble", role: "alert" });
  const counter = make("p", { id: "counter" });
  const node = make(
    "form",
    { class: "composer" },
    error,
    make("div", { class: "row" }, input, make("button", { class: "send", "aria-label": words.send }, icon(ICONS.send))),
    counter,
  );

  const count = (): number => countOf(input.value.trim());
  const numbers = (n: number): Record<string, string> => ({ n: format(n), most: format(LONGEST) });

  function fit(): void {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`; // and its border
  }

  function judge(isSending: boolean): boolean {
    const n = count();
    const isLong = n > LONGEST;
    counter.textContent = n > COUNT_FROM ? fill(words.counter, numbers(n)) : "";
    if (isSending || !isLong) {
      error.textContent = isLong ? fill(words.tooLong, numbers(n)) : "";
      set(input, "aria-invalid", isLong && "true");
    }
    return !isLong;
  }

  function changed(): void {
    fit();
    judge(false);
    draft(input.value);
  }

  function write(text: string): void {
    input.value = text;
    changed();
  }

  function send(): void {
    input.focus();
    const text = input.value.trim();
    if (!judge(true) || !text) return;
    write("");
    say(text);
  }

  input.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  return { node, focus: () => input.focus(), write, send, fit };
}
