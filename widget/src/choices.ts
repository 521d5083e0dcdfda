/** The buttons under a message: one of them is pressed once, then all are quiet. Arrow keys go from one to the next. */

import { button, make, set } from "./dom";

export interface Choices {
  readonly node: HTMLElement;
  /** `pressed` is an index, or -1. */
  readonly update: (isOpen: boolean, pressed: number) => void;
}

/** `refuge` is called when the button that has the focus goes quiet, which would leave the focus nowhere. */
export function createChoices(
  titles: readonly string[],
  label: string,
  press: (index: number) => void,
  refuge: () => void,
): Choices {
  const buttons = titles.map((title, index) =>
    button({ dir: "auto", tabindex: index ? "-1" : "0" }, () => press(index), title),
  );
  const node = make("div", { class: "choices", role: "group", "aria-label": label }, ...buttons);
  node.addEventListener("keydown", (event) => {
    const next = nextOf(event.key, buttons.indexOf(event.target as HTMLButtonElement), buttons.length);
    if (next === undefined) return;
    event.preventDefault();
    buttons[next]?.focus();
  });
  node.addEventListener("focusin", (event) => {
    for (const each of buttons) each.tabIndex = each === event.target ? 0 : -1;
  });
  return {
    node,
    update(isOpen, pressed) {
      const hasFocus = buttons.includes((node.getRootNode() as ShadowRoot).activeElement as HTMLButtonElement);
      if (!isOpen && hasFocus) refuge();
      buttons.forEach((each, index) => {
        if (each.disabled === isOpen) each.disabled = !isOpen;
        if (pressed >= 0) set(each, "aria-pressed", String(index === pressed));
      });
    },
  };
}

/** Where a key goes from one of so many, round and round; undefined for a key that goes nowhere. */
export function nextOf(key: string, from: number, count: number): number | undefined {
  if (key === "ArrowRight" || key === "ArrowDown") return (from + 1) % count;
  if (key === "ArrowLeft" || key === "ArrowUp") return (from + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
