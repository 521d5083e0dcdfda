/**
 * The assistant's few marks as a tree: **bold**, *italic* or _italic_, lists with "- ", [links](https://…), a
 * paragraph a line. Whatever is none of these stays text; nothing is ever read as HTML.
 */

import { type Link, safeHref, withLinks } from "./links";

export type Inline = string | Link | Mark;

export interface Mark {
  readonly kind: "strong" | "em";
  readonly inside: readonly Inline[];
}

/** A "source" says where an answer comes from; a "note" is any other paragraph wholly in italics. */
export type Block =
  | { readonly kind: "paragraph" | "source" | "note"; readonly inside: readonly Inline[] }
  | { readonly kind: "list"; readonly items: readonly (readonly Inline[])[] };

// A web address comes first, so that marks within one are none; marks within a word are none either.
const MARKS =
  /(https?:\/\/\S+)|\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<![\p{L}\p{N}*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)(.+?)(?<=\S)_(?![\p{L}\p{N}_])|\[([^\]]+)\]\(([^()\s]+)\)/gu;
const SOURCE = /^(?:sources?|fuentes?)\b/i;

/** Paragraphs and lists of an assistant's message. */
export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  let items: (readonly Inline[])[] | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (!line.startsWith("- ")) {
      items = undefined;
      if (line) blocks.push({ kind: "paragraph", inside: inline(line) });
      continue;
    }
    if (!items) blocks.push({ kind: "list", items: (items = []) });
    items.push(inline(line.slice(2)));
  }
  return blocks.map((block, index) =>
    block.kind === "list" ? block : { kind: kindOf(block.inside, index === blocks.length - 1), inside: block.inside },
  );
}

/** A source note may go on after its italics, with since when it is due for a re-check. */
function kindOf(inside: readonly Inline[], isLast: boolean): "paragraph" | "source" | "note" {
  const first = inside[0];
  if (typeof first !== "object" || first.kind !== "em") return "paragraph";
  if (SOURCE.test(plain(first))) return "source";
  if (inside.length > 1) return "paragraph";
  return isLast ? "source" : "note";
}

function plain(inline: Inline): string {
  if (typeof inline === "string") return inline;
  return inline.kind === "link" ? inline.text : inline.inside.map(plain).join("");
}

function inline(text: string): Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    const mark = markOf(match);
    if (!mark) continue;
    found.push(...withLinks(text.slice(end, match.index)), mark);
    end = match.index + match[0].length;
  }
  found.push(...withLinks(text.slice(end)));
  return found;
}

function markOf([, , bold, starred, underscored, label, address]: RegExpMatchArray): Mark | Link | undefined {
  if (bold) return { kind: "strong", inside: inline(bold) };
  const italic = starred ?? underscored;
  if (italic) return { kind: "em", inside: inline(italic) };
  const href = address && safeHref(address);
  return label && href ? { kind: "link", href, text: label } : undefined;
}
