/** <permit-chat>: the chat as an element of any page. */

import type { Ending } from "./contract";
import type { Language } from "./protocol";
import { clientFor } from "./registry";
import { ATTRIBUTES, readSettings } from "./settings";
import sheetText from "./styles.css";
import { createView, type View } from "./view";

const NAME = "permit-chat";

/** Defines the element once in a page. `home` is the server of those that name none. */
export function define(home: string): void {
  if (customElements.get(NAME)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheetText);

  class PermitChat extends HTMLElement {
    declare private view: View | undefined;

    static get observedAttributes(): string[] {
      return ATTRIBUTES.filter((name) => name !== "open");
    }

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }

    connectedCallback(): void {
      const place = { url: document.baseURI, language: document.documentElement.lang, home };
      const read = (picked?: Language) =>
        readSettings((name) => (name === "language" && picked) || this.getAttribute(name), place);
      const { server, language } = read();
      const client = clientFor(server, language);
      const tell = (name: string, detail?: Record<string, string>): void => {
        this.dispatchEvent(new CustomEvent(`${NAME}-${name}`, { bubbles: true, composed: true, detail }));
      };
      const speak = (picked: Language): void => {
        client.speak(picked);
        this.attributeChangedCallback();
        this.view?.focus();
      };
      this.view = createView(this.shadowRoot!, read(client.store.get().language), client, tell, speak);
    }

    disconnectedCallback(): void {
      this.view?.destroy();
      this.view = undefined;
    }

    attributeChangedCallback(): void {
      if (!this.view) return;
      this.disconnectedCallback();
      this.connectedCallback();
    }

    open(): void {
      this.view?.open();
    }

    close(): void {
      this.view?.close();
    }

    /** Opens the chat and says this, as if the visitor had typed it. */
    ask(text: string): void {
      this.view?.ask(text);
    }

    /** Resolves to whether the server has begun a new conversation. */
    startOver(): Promise<boolean> {
      return this.end("start_over");
    }

    /** Resolves to whether the server has deleted the conversation. It asks nobody. */
    deleteConversation(): Promise<boolean> {
      return this.end("delete");
    }

    private end(how: Ending): Promise<boolean> {
      return this.view?.end(how) ?? Promise.resolve(false);
    }
  }

  customElements.define(NAME, PermitChat);
}

/** Puts one on the page with the script tag's settings, unless the page has a floating one already. */
export function putOn(page: HTMLElement, data: DOMStringMap): void {
  if (document.querySelector(`${NAME}:not([inline])`)) return;
  const element = document.createElement(NAME);
  for (const name of ATTRIBUTES) {
    const value = data[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
  page.append(element);
}
