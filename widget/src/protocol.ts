/** What goes over the wire, as components/web.py speaks it on the other side. */

export type Language = "en" | "fr" | "es";

export interface Message {
  readonly id: string;
  readonly from: "visitor" | "assistant";
  readonly text: string;
  readonly buttons?: readonly string[];
  /** The index of the button that was pressed. */
  readonly used?: number | null;
  /** The visitor's message which this answers. */
  readonly reply_to?: string;
}

/** What the server is told at each connect. `chosen`: the visitor picked the language. */
export interface Auth {
  readonly token?: string | undefined;
  readonly language: Language;
  readonly chosen: boolean;
}

/** The server's word right after each connect: the token to come back with, and the whole conversation so far. */
export interface Session {
  readonly token: string;
  readonly resumed: boolean;
  readonly messages: readonly Message[];
}

/** A button of an assistant's message. */
export interface Press {
  readonly message: string;
  readonly index: number;
}

export type Say = { id: string; text: string } | { id: string; button: Press };

export interface Refusal {
  readonly error: string;
  /** The sentence to show, in the visitor's language. */
  readonly text: string;
}

export type Ack = { readonly ok: true; readonly token: string } | ({ readonly ok: false } & Refusal);

export const SOCKET_PATH = "/webhooks/web/socket.io";
export const PRIVACY_PATH = "/webhooks/web/privacy";
export const SCRIPT_PATH = "/webhooks/web/widget.js";

/** The most characters of a message, as the server counts them. */
export const LONGEST = 2000;

/** How many characters the server will count: code points, after composing accents (NFC). */
export const countOf = (text: string): number => [...text.normalize("NFC")].length;
