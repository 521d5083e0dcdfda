/** The menu in the head of the panel: a button that shows a few things to do. */

import { button, ICONS, icon, make, set } from "./dom";
import { webLink } from "./render";
import type { Language } from "./protocol";
import type { Settings } from "./settings";
import { LANGUAGE_NAMES, LANGUAGES } from "./words";

export interface Menu {
  readonly opener: HTMLElement;
  readonly list: HTMLElement;
  /** Closes it and returns the focus; false if it was closed already. */
  readonly close: () => boolean;
  /** Closes it when something else is touched. */
  readonly touched: (target: Node) => void;
}

export function createMenu(
  { words, privacy, language }: Settings,
  startOver: () => void,
  erase: () => void,
  speak: (language: Language) => void,
): Menu {
  const opener = button(
    { class: "icon", "aria-label": words.menu, "aria-expanded": "false", "aria-controls": "menu" },
    () => show(list.hidden),
    icon(ICONS.menu),
  );
  const entry = (label: string, run: () => void, lang?: Language) =>
    button(
      { lang },
      () => {
        close();
        run();
      },
      label,
    );
  const list = make(
    "div",
    { class: "menu", id: "menu", hidden: true },
    entry(words.startOver, startOver),
    entry(words.erase, erase),
    ...LANGUAGES.filter((other) => other !== language).map((other) => entry(LANGUAGE_NAMES[other], () => speak(other), other)),
    webLink(privacy, words.privacy),
  );

  function show(isOpen: boolean): void {
    list.hidden = !isOpen;
    set(opener, "aria-expanded", String(isOpen));
  }

  function close(): boolean {
    if (list.hidden) return false;
    show(false);
    opener.focus();
    return true;
  }

  const touched = (target: Node): void => {
    if (!opener.contains(target) && !list.contains(target)) show(false);
  };
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget) touched(relatedTarget as Node);
  });
  return { opener, list, close, touched };
}
