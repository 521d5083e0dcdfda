/** The button on the page that opens and closes the chat. */

import { button, hidden, ICONS, icon, make, set } from "./dom";
import { fill, type Words } from "./words";

export interface Launcher {
  readonly nodes: readonly HTMLElement[];
  readonly focus: () => void;
  readonly update: (isOpen: boolean, unread: number) => void;
}

export function createLauncher(words: Words, toggle: () => void): Launcher {
  const face = make("span", { class: "face" });
  const count = make("span", { class: "count", "aria-hidden": "true" });
  const node = button({ class: "launcher", "aria-haspopup": "dialog" }, toggle, face, count);
  const news = hidden(""); // says that a message came while the chat is closed
  news.setAttribute("aria-live", "polite");
  let wasOpen: boolean | undefined;

  return {
    nodes: [node, news],
    focus: () => node.focus(),
    update(isOpen, unread) {
      const unreadText = !unread ? "" : unread === 1 ? words.oneNew : fill(words.manyNew, { n: String(unread) });
      const name = fill(isOpen ? words.closeChat : words.open, { name: words.launcher });
      set(node, "aria-expanded", String(isOpen));
      set(node, "aria-label", unread ? `${name}, ${unreadText}` : name);
      count.textContent = unread ? String(unread) : "";
      if (news.textContent !== unreadText) news.textContent = unreadText;
      if (isOpen === wasOpen) return;
      wasOpen = isOpen;
      face.replaceChildren(icon(isOpen ? ICONS.close : ICONS.chat), make("span", {}, words.launcher));
    },
  };
}
