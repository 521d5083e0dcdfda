/** Addresses in a text: which of them may be a link at all, and where they stand. */

export interface Link {
  readonly kind: "link";
  readonly href: string;
  readonly text: string;
}

const SAFE = ["http:", "https:", "mailto:", "tel:"];
const FEWEST_DIGITS = 8;
const MOST_DIGITS = 15;

// A web address · an e-mail address · a telephone number, international or North American.
const ADDRESS =
  /(https?:\/\/[^\s<>"\u201c\u201d]+)|((?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|((?<![\w+(-])(?:\+\d{1,3}(?:[ .-]?\(?\d{2,4}\)?){2,5}|\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4})(?![\w-]))/g;

/** The address as a browser will take it, or undefined for every scheme but http, https, mailto and tel. */
export function safeHref(address: string): string | undefined {
  try {
    const url = new URL(address);
    return SAFE.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** The text in pieces, each address a link. Nothing of the text is lost. */
export function withLinks(text: string): (string | Link)[] {
  const pieces: (string | Link)[] = [];
  let end = 0;
  for (const { 0: found, 1: web, 2: mail, index } of text.matchAll(ADDRESS)) {
    const shown = web ? withoutTail(web) : found;
    const href = web ? safeHref(shown) : mail ? safeHref(`mailto:${shown}`) : telephone(shown);
    if (!href) continue;
    if (index > end) pieces.push(text.slice(end, index));
    pieces.push({ kind: "link", href, text: shown });
    end = index + shown.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

/** A web address without the sentence's own punctuation behind it; a bracket stays if it was opened inside. */
function withoutTail(address: string): string {
  const short = address.replace(/[.,;:!?'\u2019*_\u00bb]+$/, "");
  return short.endsWith(")") && !short.includes("(") ? withoutTail(short.slice(0, -1)) : short;
}

function telephone(shown: string): string | undefined {
  const digits = shown.replace(/\D/g, "");
  if (shown[0] === "+") {
    return digits.length >= FEWEST_DIGITS && digits.length <= MOST_DIGITS ? `tel:+${digits}` : undefined;
  }
  return `tel:+1${digits}`; // the only ones without a country code that we take are North American
}
