/** What the webmaster set by attributes, checked, with what holds where nothing is set. */

import { type Language, PRIVACY_PATH, SCRIPT_PATH } from "./protocol";
import { languageOf, type Words, wordsIn } from "./words";

/** The element's attributes; on the script tag each is called `data-…`. */
export const ATTRIBUTES = [
  "server",
  "language",
  "firm",
  "greeting",
  "suggestions",
  "colour",
  "position",
  "privacy",
  "phone",
  "theme",
  "inline",
  "open",
] as const;

export interface Settings {
  readonly server: string;
  readonly language: Language;
  readonly words: Words;
  readonly firm: string;
  readonly greeting: string;
  readonly suggestions: readonly string[];
  readonly colour: string;
  readonly privacy: string;
  readonly phone: string;
  readonly theme: string;
  readonly isInline: boolean;
  readonly isOpen: boolean;
}

const WEB = /^https?:$/;

/** The page that the element stands in. */
export interface Place {
  readonly url: string;
  readonly language: string;
  /** The server that the script came from. */
  readonly home: string;
}

export function readSettings(attribute: (name: (typeof ATTRIBUTES)[number]) => string | null, place: Place): Settings {
  const language = languageOf(attribute("language")) ?? languageOf(place.language) ?? "en";
  const words = wordsIn(language);
  const server = webAddress(attribute("server"), place.url)?.replace(/\/$/, "") ?? place.home;
  const titles = (attribute("suggestions") ?? words.suggestions).split("|").map((title) => title.trim());
  return {
    server,
    language,
    words,
    firm: attribute("firm")?.trim() ?? "",
    greeting: attribute("greeting") || words.greeting,
    suggestions: titles.filter(Boolean),
    colour: attribute("colour") ?? "",
    privacy: webAddress(attribute("privacy"), place.url) ?? `${server}${PRIVACY_PATH}?language=${language}`,
    phone: attribute("phone") ?? "",
    theme: attribute("theme") ?? "",
    isInline: attribute("inline") !== null,
    isOpen: attribute("open") !== null,
  };
}

/** The server that a script's address names: all before the widget's own path, else its origin. */
export function homeOf(script: string): string {
  const { origin, href } = new URL(script);
  const end = href.indexOf(SCRIPT_PATH);
  return end < 0 ? origin : href.slice(0, end);
}

/** An http or https address; undefined for any other. */
function webAddress(text: string | null, base: string): string | undefined {
  if (!text) return undefined;
  try {
    const { protocol, href } = new URL(text, base);
    return WEB.test(protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}
