/** An assistant's words as nodes. */

import { make } from "./dom";
import { type Block, type Inline, parse } from "./markup";
import type { Words } from "./words";

const NEW_TAB = "new-tab";

/** The paragraphs and lists of a message; each finds its own direction, so that a name in Arabic upsets nothing. */
export const nodesOf = (text: string): Node[] => parse(text).map(blockNode);

function blockNode(block: Block): Node {
  if (block.kind === "list") {
    return make("ul", {}, ...block.items.map((item) => make("li", { dir: "auto" }, ...inlineNodes(item))));
  }
  const kind = block.kind === "paragraph" ? undefined : block.kind;
  return make("p", { dir: "auto", class: kind }, ...inlineNodes(block.inside));
}

const inlineNodes = (inside: readonly Inline[]): (Node | string)[] =>
  inside.map((inline) => {
    if (typeof inline === "string") return inline;
    if (inline.kind !== "link") return make(inline.kind, {}, ...inlineNodes(inline.inside));
    return inline.href.startsWith("http") ? webLink(inline.href, inline.text) : make("a", { href: inline.href }, inline.text);
  });

/** A link that leaves the page where it is, and says so. */
export const webLink = (href: string, text: string): HTMLElement =>
  make("a", { href, target: "_blank", rel: "noopener noreferrer", "aria-describedby": NEW_TAB }, text);

/** What the links that open a new tab are described by; one in each panel. */
export const newTabHint = (words: Words): HTMLElement => make("span", { id: NEW_TAB, hidden: true }, words.newTab);
