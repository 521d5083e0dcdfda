import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Socket } from "../src/wire/engine";
import { Decoder, Encoder } from "../src/wire/packets";

const HANDSHAKE = { sid: "s1", upgrades: ["websocket"], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 60 };

/** The server's end of polling: holds the poll until there is something, and takes what is posted. */
class Server {
  readonly posted: string[] = [];
  readonly addresses: string[] = [];
  polls = 0;
  /** While set, what is posted gets no answer. */
  held: Promise<void> | undefined;
  private answer: ((frames: string) => void) | undefined;

  readonly fetch = (address: string, { method, body, signal }: RequestInit): Promise<Response> => {
    this.addresses.push(address);
    if (method === "POST") {
      this.posted.push(body as string);
      return (this.held ?? Promise.resolve()).then(() => new Response("ok"));
    }
    this.polls += 1;
    return new Promise((resolve, reject) => {
      this.answer = (frames) => resolve(new Response(frames));
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
  };

  async say(...frames: string[]): Promise<void> {
    this.answer?.(frames.join("\x1e"));
    await quiet();
  }
}

class FakeWebSocket {
  static last: FakeWebSocket | undefined;
  readonly sent: string[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  isClosed = false;
  constructor(readonly address: string) {
    FakeWebSocket.last = this;
  }
  send(frame: string): void {
    this.sent.push(frame);
  }
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onclose?.();
  }
}

const quiet = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const real = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket };
const sockets: Socket[] = [];
let server: Server;
let heard: string[];

beforeEach(() => {
  server = new Server();
  heard = [];
  FakeWebSocket.last = undefined;
  Object.assign(globalThis, { fetch: server.fetch, WebSocket: FakeWebSocket });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close(); // its timer would keep Node waiting
  Object.assign(globalThis, real);
});

async function opened(handshake: Partial<typeof HANDSHAKE> = {}): Promise<Socket> {
  const socket = new Socket("https://x.example", { path: "/p" });
  sockets.push(socket);
  socket.on("open", () => heard.push("open"));
  socket.on("data", (text) => heard.push(`data ${text}`));
  socket.on("error", () => heard.push("error"));
  socket.on("close", (reason) => heard.push(`close ${reason}`));
  await server.say(`0${JSON.stringify({ ...HANDSHAKE, ...handshake })}`);
  return socket;
}

test("a connection opens by polling, under the session's id, and polls on", async () => {
  await opened({ upgrades: [] });
  assert.deepEqual(heard, ["open"]);
  assert.deepEqual(server.addresses, ["https://x.example/p/?EIO=4&transport=polling", "https://x.example/p/?EIO=4&transport=polling&sid=s1"]);
  assert.equal(FakeWebSocket.last, undefined);
  await server.say("4one", "4two");
  assert.deepEqual(heard, ["open", "data one", "data two"]);
  assert.equal(server.polls, 3);
});

test("a ping is answered, a noop is nothing", async () => {
  await opened({ upgrades: [] });
  await server.say("2", "6");
  assert.deepEqual(server.posted, ["3"]);
});

test("what is written meanwhile goes in one post, in order, and in no larger one than the server takes", async () => {
  const socket = await opened({ upgrades: [] });
  for (const text of ["a", "b", "c"]) socket.write(text);
  socket.write("d".repeat(30));
  socket.write("e");
  await quiet();
  assert.deepEqual(server.posted, ["4a", "4b\x1e4c", `4${"d".repeat(30)}`, "4e"]);
});

test("a websocket that gets through takes over, once polling has come to rest", async () => {
  const socket = await opened();
  const websocket = FakeWebSocket.last!;
  assert.equal(websocket.address, "wss://x.example/p/?EIO=4&transport=websocket&sid=s1");
  websocket.onopen?.();
  assert.deepEqual(websocket.sent, ["2probe"]);
  websocket.onmessage?.({ data: "3probe" });
  socket.write("held");
  await quiet();
  assert.deepEqual(websocket.sent, ["2probe"], "the poll is still open");
  await server.say("4last by polling", "6");
  assert.deepEqual(websocket.sent, ["2probe", "5", "4held"]);
  assert.deepEqual(server.posted, []);
  websocket.onmessage?.({ data: "4by websocket" });
  socket.write("next");
  assert.deepEqual(heard, ["open", "data last by polling", "data by websocket"]);
  assert.deepEqual(websocket.sent.slice(3), ["4next"]);
  websocket.close();
  assert.deepEqual(heard.slice(3), ["close transport close"]);
});

test("a websocket that fails before it takes over leaves all to polling", async () => {
  const socket = await opened();
  FakeWebSocket.last!.onopen?.();
  FakeWebSocket.last!.onmessage?.({ data: "3probe" });
  socket.write("held");
  FakeWebSocket.last!.close();
  await server.say("4one");
  assert.deepEqual(server.posted, ["4held"]);
  await server.say("4two");
  assert.deepEqual(heard, ["open", "data one", "data two"]);
});

test("a websocket that fails while the last post is under way has polling begin again", async () => {
  const socket = await opened();
  let release = (): void => {};
  server.held = new Promise((done) => (release = done));
  socket.write("a");
  FakeWebSocket.last!.onopen?.();
  FakeWebSocket.last!.onmessage?.({ data: "3probe" });
  await server.say("6");
  assert.deepEqual(FakeWebSocket.last!.sent, ["2probe"], "the post is still open");
  FakeWebSocket.last!.close();
  release();
  await quiet();
  await server.say("4one");
  socket.write("b");
  await quiet();
  assert.deepEqual(heard, ["open", "data one"]);
  assert.deepEqual(server.posted, ["4a", "4b"]);
});

test("a websocket that a page forbids leaves all to polling", async () => {
  Object.assign(globalThis, {
    WebSocket: class {
      constructor() {
        throw new Error("SecurityError");
      }
    },
  });
  await opened();
  await server.say("4one");
  assert.deepEqual(heard, ["open", "data one"]);
});

test("a failed request is an error and closes; before the opening too", async () => {
  await opened({ upgrades: [] });
  globalThis.fetch = () => Promise.resolve(new Response("gone", { status: 400 }));
  await server.say("6");
  assert.deepEqual(heard, ["open", "error", "close transport error"]);

  const early = new Socket("https://x.example", { path: "/p" });
  let errors = 0;
  early.on("error", () => (errors += 1));
  await quiet();
  assert.equal(errors, 1);
});

test("what is no frame closes", async () => {
  await opened({ upgrades: [] });
  await server.say("x");
  assert.deepEqual(heard, ["open", "error", "close transport error"]);
});

test("closing says good-bye with what was still to be said, and ends the poll", async () => {
  const socket = await opened({ upgrades: [] });
  socket.close();
  await quiet();
  assert.deepEqual(server.posted, ["1"]);
  assert.deepEqual(heard, ["open", "close forced close"]);
  socket.write("late");
  await quiet();
  assert.deepEqual(server.posted, ["1"]);
});

test("a server that is silent for too long is given up, also after sleep", async () => {
  const socket = await opened({ upgrades: [], pingInterval: 10, pingTimeout: 10 });
  assert.equal(socket._hasPingExpired(), false);
  await new Promise((done) => setTimeout(done, 40));
  assert.deepEqual(heard, ["open", "close ping timeout"]);
  assert.equal(socket._hasPingExpired(), true);
});

test("packets travel as socket.io writes them", () => {
  const written = new Encoder();
  assert.deepEqual(written.encode({ type: 2, nsp: "/", id: 7, data: ["say", { id: "a" }] }), ['27["say",{"id":"a"}]']);
  assert.deepEqual(written.encode({ type: 0, nsp: "/", data: { token: "t" } }), ['0{"token":"t"}']);
  assert.deepEqual(written.encode({ type: 1, nsp: "/" }), ["1"]);
});

test("packets are read as socket.io writes them", () => {
  const read: unknown[] = [];
  const decoder = new Decoder();
  decoder.on("decoded", (packet) => read.push(packet));
  for (const text of ['2["message",{"text":"a\\n1"}]', '37[{"ok":true}]', '0{"sid":"x"}', "1", '4{"message":"no"}']) decoder.add(text);
  assert.deepEqual(read, [
    { type: 2, nsp: "/", id: undefined, data: ["message", { text: "a\n1" }] },
    { type: 3, nsp: "/", id: 7, data: [{ ok: true }] },
    { type: 0, nsp: "/", id: undefined, data: { sid: "x" } },
    { type: 1, nsp: "/", id: undefined, data: undefined },
    { type: 4, nsp: "/", id: undefined, data: { message: "no" } },
  ]);
});

test("what is no packet is refused", () => {
  for (const text of ["", "9", "x", "2", '2{"a":1}', "3", "2[", '51-["a",{}]']) {
    assert.throws(() => new Decoder().add(text), text);
  }
});
