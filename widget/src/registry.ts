/** One client for each server in a page, so that several elements show one conversation. */

import { createClient } from "./client";
import type { Client } from "./contract";
import { createLink } from "./link";
import type { Language } from "./protocol";
import { createStore } from "./store";
import type { Channel, Note } from "./tokens";

const clients = new Map<string, Client>();

export function clientFor(server: string, language: Language): Client {
  let client = clients.get(server);
  if (!client) clients.set(server, (client = inBrowser(server, language)));
  return client;
}

function inBrowser(server: string, language: Language): Client {
  const name = `permit-chat:${server}`;
  const client = createClient({
    language,
    store: createStore(name, () => sessionStorage),
    channel: channelOf(name),
    link: (hearing) => createLink(server, hearing),
    now: Date.now,
    after: (ms, run) => setTimeout(run, ms),
    id: newId,
  });
  addEventListener("online", client.hurry);
  addEventListener("offline", client.cut);
  addEventListener("pageshow", (event) => event.persisted && client.wake());
  document.addEventListener("visibilitychange", () => document.hidden || client.hurry());
  return client;
}

/** Where the browser has no such channel, each tab is on its own. */
function channelOf(name: string): Channel | undefined {
  try {
    const tabs = new BroadcastChannel(name);
    return {
      post: (note) => tabs.postMessage(note),
      listen: (heard) => tabs.addEventListener("message", ({ data }: MessageEvent<Note>) => heard(data)),
    };
  } catch {
    return undefined;
  }
}

/** 32 random digits; `crypto.randomUUID` is missing on pages without https. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
