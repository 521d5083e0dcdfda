/** The chat itself: head, log, a line on how things stand, where to write, and the notice. */

import { createComposer } from "./composer";
import { createConfirm } from "./confirm";
import type { Client, Ending, Shown } from "./contract";
import { button, ICONS, icon, make } from "./dom";
import { createLog, GREETING } from "./log";
import { createMenu } from "./menu";
import type { Language, Message, Press } from "./protocol";
import { newTabHint, webLink } from "./render";
import type { Settings } from "./settings";
import { greeted } from "./transcript";
import { fill } from "./words";

export interface Panel {
  readonly node: HTMLElement;
  readonly focus: () => void;
  /** Shows what the client has to show. */
  readonly update: () => void;
  /** Sets scrolling and heights right, after it came into view. */
  readonly settle: () => void;
  readonly ask: (text: string) => void;
  readonly end: (how: Ending) => Promise<boolean>;
  /** Takes back the topmost of what lies over the chat; false if nothing does. */
  readonly back: () => boolean;
}

/** `close` closes the panel; without one it cannot be closed. `speak` makes it anew in another language. */
export function createPanel(
  settings: Settings,
  client: Client,
  close: (() => void) | undefined,
  speak: (language: Language) => void,
): Panel {
  const { words, firm } = settings;
  const greeting: Message = {
    id: GREETING,
    from: "assistant",
    text: settings.greeting,
    buttons: settings.suggestions,
  };
  let said = "";

  const composer = createComposer(
    words,
    (count) => count.toLocaleString(settings.language),
    say,
    (draft) => client.store.set({ draft }),
  );
  const log = createLog(words, {
    press({ message: { id, buttons } }, index) {
      const title = buttons?.[index] ?? "";
      say(title, id === GREETING ? undefined : { message: id, index });
      refuge();
    },
    again(id) {
      client.again(id);
      refuge();
    },
    refuge,
  });
  const menu = createMenu(settings, () => void end("start_over"), () => confirm.ask(), speak);
  const status = make("p", { role: "status" });
  const head = make(
    "div",
    { class: "head" },
    make("span", { class: "emblem", "aria-hidden": "true" }, firm[0] ?? icon(ICONS.chat)),
    make("div", {}, make("h2", { id: "title" }, firm || words.title), ...(firm ? [make("p", { id: "subtitle" }, words.title)] : [])),
    menu.opener,
    ...(close ? [button({ class: "icon", "aria-label": words.close }, close, icon(ICONS.close))] : []),
  );
  const notice = make("p", { class: "notice" }, `${words.notice} `, webLink(settings.privacy, words.privacy));
  const parts = [head, menu.list, log.node, status, composer.node, notice];
  const confirm = createConfirm(words, parts, () => void end("delete"), () => menu.opener.focus());
  const node = make(close ? "dialog" : "section", { class: "panel", "aria-labelledby": "title subtitle" }, ...parts, confirm.node, newTabHint(words));

  function say(text: string, press?: Press): void {
    said = "";
    client.say(text, press);
  }

  /** Where the focus goes when its button goes quiet. Under a thumb a keyboard would cover the answer. */
  function refuge(): void {
    if (matchMedia("(pointer: coarse)").matches) log.node.focus();
    else composer.focus();
  }

  function update(): void {
    const shown = client.shown();
    log.show(greeted(greeting, shown.rows), shown.typing);
    const line = statusOf(shown, settings) || said;
    status.className = line ? "" : "hidden"; // that the answer is being looked up, the dots show
    const text = line || (shown.typing ? words.lookup : "");
    if (status.textContent !== text) status.textContent = text;
  }

  async function end(how: Ending): Promise<boolean> {
    const result = await client.end(how);
    const isDone = result === true;
    said = isDone ? (how === "delete" ? words.erased : words.startedOver) : result || words.notDone;
    if (isDone) composer.write("");
    update();
    refuge();
    return isDone;
  }

  node.addEventListener("pointerdown", (event) => menu.touched(event.target as Node));
  composer.write(client.store.get().draft ?? "");
  return {
    node,
    update,
    end,
    focus: refuge,
    settle() {
      composer.fit();
      log.settle();
    },
    ask(text) {
      composer.write(text);
      composer.send();
    },
    back: () => confirm.close() || menu.close(),
  };
}

/** The sentence for how things stand, if they do not stand well, and what the visitor can do. */
function statusOf({ news, refusal, slow, long }: Shown, { words, phone }: Settings): string {
  if (!news) return slow ? words.slow : "";
  const sentence = news === "refused" ? refusal : words[news];
  const tellsMore = phone && (long || news === "unreachable");
  return tellsMore ? `${sentence} ${fill(words.call, { phone })}` : sentence;
}
