/** The line to the server: socket.io, which starts by HTTP long-polling and moves on to a websocket where it can. */

import { Manager } from "socket.io-client";
import { type Ack, type Auth, type Message, type Refusal, type Session, SOCKET_PATH } from "./protocol";

/** What the line tells whoever holds it. */
export interface Hearing {
  /** Asked at each connect. */
  readonly auth: () => Auth;
  readonly session: (session: Session) => void;
  readonly message: (message: Message) => void;
  /** Another tab ended this conversation. */
  readonly ended: () => void;
  readonly lost: () => void;
  /** An attempt failed; the server may have said why. */
  readonly failed: (refusal?: Refusal) => void;
}

export interface Link {
  readonly open: () => void;
  readonly close: () => void;
  /** Tries at once instead of when the next attempt is due. */
  readonly hurry: () => void;
  /** Drops a connection that the network no longer carries. */
  readonly cut: () => void;
  /** `done` gets nothing if no answer came in time or the line was lost. */
  readonly emit: (event: string, body: unknown, limit: number, done: (ack?: Ack) => void) => void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;
const REFUSED_MS = 15_000;

export function createLink(server: string, hearing: Hearing): Link {
  const { origin, pathname } = new URL(server);
  const manager = new Manager(origin, {
    path: pathname.replace(/\/$/, "") + SOCKET_PATH,
    reconnectionDelay: FIRST_RETRY_MS,
    reconnectionDelayMax: LAST_RETRY_MS,
    autoConnect: false,
  });
  const socket = manager.socket("/", { auth: (give) => give(hearing.auth()) });
  let isWanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = (): void => {
    clearTimeout(timer);
    isWanted = true;
    socket.connect();
  };
  /** Where socket.io leaves it, because the server itself closed the door. */
  const later = (ms: number): void => {
    clearTimeout(timer);
    if (isWanted && !socket.active) timer = setTimeout(open, ms);
  };

  socket.on("session", hearing.session);
  socket.on("message", hearing.message);
  socket.on("ended", hearing.ended);
  socket.on("disconnect", () => {
    hearing.lost();
    later(FIRST_RETRY_MS);
  });
  socket.on("connect_error", (error: Error & { data?: Refusal }) => {
    hearing.failed(error.data);
    later(REFUSED_MS * (1 + Math.random()));
  });

  return {
    open,
    close() {
      isWanted = false;
      clearTimeout(timer);
      socket.disconnect();
    },
    hurry() {
      if (!isWanted || socket.connected) return;
      socket.disconnect();
      open();
    },
    cut: () => socket.connected && manager.engine.close(),
    emit: (event, body, limit, done) =>
      socket
        .timeout(limit)
        .emit(event, ...(body === undefined ? [] : [body]), (error: unknown, ack: Ack) => done(error ? undefined : ack)),
  };
}
