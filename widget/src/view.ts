/** One element's launcher and panel, and how they open, close and tell of it. */

import type { Client, Ending } from "./contract";
import { make } from "./dom";
import { createFrame, type Frame } from "./frame";
import { createLauncher, type Launcher } from "./launcher";
import { createPanel } from "./panel";
import type { Language } from "./protocol";
import type { Settings } from "./settings";
import { applyTheme } from "./theme";

export interface View {
  readonly open: () => void;
  readonly close: () => void;
  readonly ask: (text: string) => void;
  readonly focus: () => void;
  readonly end: (how: Ending) => Promise<boolean>;
  readonly destroy: () => void;
}

/** `tell` sends an event out of the element; `speak` makes the element anew in another language. */
export function createView(
  shadow: ShadowRoot,
  settings: Settings,
  client: Client,
  tell: (name: string, detail?: Record<string, string>) => void,
  speak: (language: Language) => void,
): View {
  const { words, isInline } = settings;
  let isOpen = isInline;
  let unread = 0;
  let frame: Frame | undefined;
  let launcher: Launcher | undefined;

  const panel = createPanel(settings, client, isInline ? undefined : close, speak);
  const root = make("div", {
    class: isInline ? "root inline" : "root",
    lang: settings.language,
    dir: "ltr",
    role: isInline ? undefined : "region",
    "aria-label": isInline ? undefined : words.title,
  });
  if (!isInline) {
    launcher = createLauncher(words, () => (isOpen ? close() : open()));
    root.append(...launcher.nodes);
    frame = createFrame(panel.node as HTMLDialogElement, panel.back, close);
  }
  root.append(panel.node);
  shadow.replaceChildren(root);
  const stopTheme = applyTheme(root, settings);

  function setOpen(value: boolean): void {
    isOpen = value;
    unread = 0;
    launcher?.update(isOpen, unread);
  }

  /** Comes into view, without taking the focus. */
  function show(): void {
    setOpen(true);
    frame?.show();
    panel.settle();
  }

  function open(): void {
    client.start();
    if (!isInline) client.store.set({ open: true });
    if (!isOpen) {
      show();
      tell("open");
    }
    panel.focus();
  }

  function close(): void {
    if (!isOpen || isInline) return;
    const hadFocus = shadow.activeElement !== null;
    setOpen(false);
    client.store.set({ open: false });
    frame?.hide();
    if (hadFocus) launcher?.focus();
    tell("close");
  }

  const stopListening = client.listen({
    changed: panel.update,
    troubled: (error) => tell("error", { error }),
    arrived(from) {
      if (!isOpen && from === "assistant") launcher?.update(isOpen, (unread += 1));
      tell("message", { from });
    },
  });

  // The page's own shortcuts are not meant for what is typed here.
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
  panel.node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (!panel.back()) close();
  });
  // Nobody has asked for a panel that was open from the start: it connects when it is used.
  panel.node.addEventListener("focusin", client.start);

  panel.update();
  launcher?.update(false, 0);
  const kept = client.store.get();
  if (frame && (kept.open ?? (settings.isOpen && !frame.isCompact()))) show();
  if ((isOpen && (kept.open || kept.token)) || kept.outbox?.length) client.start();

  return {
    open,
    close,
    end: panel.end,
    focus: panel.focus,
    ask(text) {
      open();
      panel.ask(text);
    },
    destroy() {
      frame?.destroy();
      stopTheme();
      stopListening();
    },
  };
}
