/**
 * An engine.io connection, protocol 4, in the place of engine.io-client, which is several times as large: HTTP
 * long-polling at first, then a websocket if one gets through. Text only, one server, browsers that have fetch.
 *
 * Events: "open", "data" (a string), "ping", "error", and once "close" with the reason. https://socket.io/docs/v4/engine-io-protocol
 */

import { Emitter } from "@socket.io/component-emitter";

const [OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP] = ["0", "1", "2", "3", "4", "5", "6"] as const;
const SEPARATOR = "\x1e";

interface Handshake {
  readonly sid: string;
  readonly upgrades: readonly string[];
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly maxPayload: number;
}

interface Events {
  open: () => void;
  data: (text: string) => void;
  ping: () => void;
  error: (error: Error) => void;
  close: (reason: string) => void;
}

export class Socket extends Emitter<Record<never, never>, Record<never, never>, Events> {
  declare readonly write: (text: string) => void;
  declare readonly close: () => void;
  /** Whether the server has been silent for too long, unnoticed because the device slept. */
  declare readonly _hasPingExpired: () => boolean;

  constructor(uri: string, { path }: { path: string }) {
    super();
    const address = `${uri}${path}/?EIO=4&transport=`;
    const aborter = new AbortController();
    let server: Handshake | undefined;
    let isClosed = false;
    let queue: string[] = [];
    let isPolling = false;
    let isPosting = false;
    let deadline = Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let websocket: WebSocket | undefined;
    /** A websocket is tried, is known to work and waits for the polling to end, and at last carries everything. */
    let stage: "" | "works" | "carries" = "";

    const of = (transport: string): string => `${address}${transport}${server ? `&sid=${server.sid}` : ""}`;

    const request = async (body?: string): Promise<string | undefined> => {
      try {
        const reply = await fetch(of("polling"), {
          method: body === undefined ? "GET" : "POST",
          body: body ?? null,
          cache: "no-store",
          signal: aborter.signal,
        });
        if (!reply.ok) throw new Error(`status ${reply.status}`);
        return await reply.text();
      } catch (error) {
        fail(error as Error);
        return undefined;
      }
    };

    const poll = async (): Promise<void> => {
      while (!isClosed && !stage && !isPolling) {
        isPolling = true;
        const reply = await request();
        isPolling = false;
        reply?.split(SEPARATOR).forEach(receive);
      }
      handOver();
    };

    /** As many frames as the server takes in one request, and at least one. */
    const batch = (): string => {
      let size = 0;
      const most = queue.findIndex((frame, i) => (size += frame.length * 3 + 1) > server!.maxPayload && i > 0);
      return queue.splice(0, most < 0 ? queue.length : most).join(SEPARATOR);
    };

    const flush = async (): Promise<void> => {
      if (stage === "carries") queue.splice(0).forEach((frame) => websocket!.send(frame));
      while (server && !isClosed && !stage && !isPosting && queue.length) {
        isPosting = true;
        await request(batch());
        isPosting = false;
      }
      handOver();
    };

    const send = (frame: string): void => {
      if (isClosed) return;
      queue.push(frame);
      void flush();
    };

    /** To the websocket, once nothing is under way by polling any more. */
    const handOver = (): void => {
      if (stage !== "works" || isPolling || isPosting || isClosed) return;
      websocket!.send(UPGRADE);
      stage = "carries";
      void flush();
    };

    const upgrade = (): void => {
      try {
        websocket = new WebSocket(of("websocket").replace(/^http/, "ws"));
      } catch {
        return; // a page's policy forbids it
      }
      websocket.onopen = () => websocket!.send(`${PING}probe`);
      websocket.onmessage = ({ data }) => {
        if (stage === "carries") return receive(data as string);
        if (data !== `${PONG}probe`) return websocket!.close();
        stage = "works";
        handOver();
      };
      websocket.onclose = () => {
        if (stage === "carries") return end("transport close");
        stage = "";
        void poll();
        void flush();
      };
    };

    const beat = (): void => {
      const limit = server!.pingInterval + server!.pingTimeout;
      deadline = Date.now() + limit;
      clearTimeout(timer);
      timer = setTimeout(end, limit, "ping timeout");
    };

    const receive = (frame: string): void => {
      const [type, data] = [frame[0], frame.slice(1)];
      if (isClosed || type === NOOP) return;
      if (type === MESSAGE) this.emitReserved("data", data);
      else if (type === PING) {
        beat();
        send(PONG);
        this.emitReserved("ping");
      } else if (type === OPEN) {
        server = JSON.parse(data) as Handshake;
        beat();
        this.emitReserved("open");
        if (server.upgrades.includes("websocket")) upgrade();
      } else if (type === CLOSE) end("transport close");
      else fail(new Error("no frame"));
    };

    const end = (reason: string): void => {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      websocket?.close();
      aborter.abort();
      this.emitReserved("close", reason);
    };

    const fail = (error: Error): void => {
      if (isClosed) return;
      this.emitReserved("error", error);
      end("transport error");
    };

    this.write = (text) => send(MESSAGE + text);
    this.close = () => {
      if (server && !isClosed && stage !== "carries") {
        // What is still to be said, and good-bye; whether that arrives is nobody's concern any more.
        void fetch(of("polling"), { method: "POST", body: [...queue, CLOSE].join(SEPARATOR) }).catch(() => {});
      }
      end("forced close");
    };
    this._hasPingExpired = () => {
      const isExpired = Date.now() > deadline;
      if (isExpired) setTimeout(end, 0, "ping timeout");
      return isExpired;
    };
    void poll();
  }
}

/** What else socket.io-client takes from engine.io-client. */
export const nextTick = (run: () => void): Promise<void> => Promise.resolve().then(run);

export function installTimerFunctions(to: Record<string, unknown>): void {
  to.setTimeoutFn = setTimeout.bind(globalThis);
  to.clearTimeoutFn = clearTimeout.bind(globalThis);
}
