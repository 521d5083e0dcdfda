import assert from "node:assert/strict";
import { test } from "node:test";
import { assistant, Clock, connected, MemoryStorage, openTab, Tabs, texts, visitor } from "./fakes";

const idOf = (body: unknown): string => (body as { id: string }).id;

test("nothing is asked of the server before the chat is used", () => {
  assert.equal(openTab().link.opened, 0);
});

test("what is said before the line is up goes out when it is, once", async () => {
  const tab = openTab();
  tab.client.say("hello");
  assert.equal(tab.client.shown().rows[0]?.standing, "sending");
  await tab.clock.pass(200);
  assert.deepEqual(tab.link.says(), []);
  tab.link.welcome();
  assert.equal(tab.link.says().length, 1);
});

test("a message is resent with its id after the line was lost, and shown once", async () => {
  const tab = await connected();
  tab.client.say("hello");
  const first = tab.link.says()[0];
  tab.link.lose();
  tab.link.welcome({ resumed: true });
  assert.deepEqual(tab.link.says(), [first]);
  assert.deepEqual(texts(tab), ["hello"]);
});

test("a message survives a reload in the outbox and goes out with its id", async () => {
  const storage = new MemoryStorage();
  const before = await connected(openTab({ storage }));
  before.client.say("hello");
  const after = openTab({ storage });
  assert.deepEqual(texts(after), ["hello"]);
  await connected(after, { resumed: true });
  assert.deepEqual(after.link.says(), before.link.says());
  assert.equal(after.link.auth.token, "token");
});

test("a message that the history answers already is not sent again", async () => {
  const tab = await connected();
  tab.client.say("hello");
  const id = idOf(tab.link.says()[0]);
  tab.link.lose();
  tab.link.welcome({ resumed: true, messages: [visitor(id, "hello"), assistant(id)] });
  assert.deepEqual(tab.link.says(), []);
  assert.deepEqual(texts(tab), ["hello", `answer to ${id}`]);
  assert.deepEqual(tab.arrived, ["visitor", "assistant"]);
  assert.equal(tab.client.shown().typing, false);
});

test("the acknowledgement ends the turn, and its token is the one to come back with", async () => {
  const tab = await connected();
  tab.client.say("hello");
  const { body, done } = tab.link.sent[0]!;
  tab.link.hearing.message(visitor(idOf(body), "hello"));
  tab.link.hearing.message(assistant(idOf(body)));
  assert.equal(tab.client.shown().typing, true);
  done({ ok: true, token: "fresher" });
  assert.equal(tab.client.shown().typing, false);
  assert.deepEqual(tab.store.get().outbox, []);
  assert.equal(tab.store.get().token, "fresher");
  assert.deepEqual(tab.arrived, ["visitor", "assistant"]);
});

test("a message acknowledged without an echo stays on the screen", async () => {
  const tab = await connected();
  tab.client.say("hello");
  tab.link.sent[0]!.done({ ok: true, token: "fresher" });
  assert.deepEqual(texts(tab), ["hello"]);
});

test("after 30 seconds the dots end, a word is said, and the message is asked for again", async () => {
  const tab = await connected();
  tab.client.say("hello");
  await tab.clock.pass(30_000);
  tab.link.sent[0]!.done(); // no acknowledgement in time
  assert.deepEqual([tab.client.shown().typing, tab.client.shown().slow], [false, true]);
  assert.equal(tab.link.says().length, 2);
  assert.deepEqual(tab.link.says()[0], tab.link.says()[1]);
  tab.link.sent[1]!.done({ ok: true, token: "t" });
  assert.equal(tab.client.shown().slow, false);
});

test("the dots end when the line is lost", async () => {
  const tab = await connected();
  tab.client.say("hello");
  tab.link.lose();
  assert.equal(tab.client.shown().typing, false);
});

test("an error is shown under its message; one that may pass can be tried again under the same id", async () => {
  const tab = await connected();
  tab.client.say("hello");
  tab.link.sent[0]!.done({ ok: false, error: "problem", text: "Sorry." });
  const [row] = tab.client.shown().rows;
  assert.deepEqual(row?.standing, { text: "Sorry.", again: true });
  assert.deepEqual(tab.troubles, ["problem"]);
  tab.client.again(row!.message.id);
  assert.deepEqual(tab.link.says()[0], tab.link.says()[1]);
});

test("a message in trouble is not resent by itself", async () => {
  const tab = await connected();
  tab.client.say("hello");
  tab.link.sent[0]!.done({ ok: false, error: "too_many", text: "Slowly." });
  assert.deepEqual(tab.client.shown().rows[0]?.standing, { text: "Slowly.", again: true });
  tab.link.lose();
  tab.link.welcome({ resumed: true });
  assert.deepEqual(tab.link.says(), []);
});

test("a button goes as a button, and is marked as pressed at once", async () => {
  const tab = await connected(openTab(), { resumed: true, messages: [visitor("v"), assistant("v", ["Yes", "No"])] });
  tab.client.say("No", { message: "v.0", index: 1 });
  const body = tab.link.says()[0] as { button: unknown };
  assert.deepEqual(body.button, { message: "v.0", index: 1 });
  assert.deepEqual(
    tab.client.shown().rows.map(({ open, pressed }) => [open, pressed]),
    [[false, -1], [false, 1], [false, -1]],
  );
});

test("where the conversation is over the screen is cleared, and what waits goes to the new one as words", async () => {
  const tab = await connected(openTab(), { resumed: true, messages: [visitor("v"), assistant("v", ["Yes"])] });
  tab.link.lose();
  tab.client.say("Yes", { message: "v.0", index: 0 });
  tab.link.welcome({ resumed: false, token: "new" });
  assert.deepEqual(texts(tab), ["Yes"]);
  assert.deepEqual(Object.keys(tab.link.says()[0] as object), ["id", "text"]);
});

test("another tab is in the same conversation, and follows into the next", async () => {
  const tabs = new Tabs();
  const clock = new Clock();
  const first = await connected(openTab({ tabs, clock }));
  const second = openTab({ tabs, clock });
  second.client.start();
  await clock.pass(0);
  assert.equal(second.link.auth.token, "token");
  second.link.welcome({ resumed: true, messages: [visitor("v"), assistant("v")] });

  const ended = first.client.end("start_over");
  second.link.hearing.ended();
  assert.deepEqual(texts(second), []);
  await clock.pass(100);
  first.link.sent.find(({ event }) => event === "start_over")!.done({ ok: true, token: "next" });
  assert.equal(await ended, true);
  await clock.pass(0);
  assert.equal(second.link.auth.token, "next");
});

test("a tab that hears of the end from the other tab alone follows too", async () => {
  const tabs = new Tabs();
  const clock = new Clock();
  const first = await connected(openTab({ tabs, clock }));
  const second = await connected(openTab({ tabs, clock }), { resumed: true, messages: [visitor("v")] });
  void first.client.end("delete");
  first.link.sent[0]!.done({ ok: true, token: "next" });
  assert.deepEqual(texts(second), []);
  assert.equal(second.link.auth.token, "next");
});

test("a tab in another conversation stays in its own", async () => {
  const tabs = new Tabs();
  const clock = new Clock();
  const [first, second] = [openTab({ tabs, clock }), openTab({ tabs, clock })];
  first.client.start();
  second.client.start(); // both at once: neither has a token for the other
  await clock.pass(200);
  first.link.welcome({ token: "one" });
  second.link.welcome({ token: "two" });
  void first.client.end("start_over");
  first.link.sent[0]!.done({ ok: true, token: "three" });
  assert.equal(second.store.get().token, "two");
});

test("a tab that has no word of the end in time begins a new conversation", async () => {
  const tab = await connected();
  tab.link.hearing.ended();
  await tab.clock.pass(2_000);
  assert.equal(tab.link.auth.token, undefined);
  assert.equal(tab.link.opened, 2);
});

test("what meets a conversation that has ended goes to the next one, as words", async () => {
  const tab = await connected(openTab(), { resumed: true, messages: [visitor("v"), assistant("v", ["Yes"])] });
  tab.client.say("Yes", { message: "v.0", index: 0 });
  tab.link.sent[0]!.done({ ok: false, error: "ended", text: "It is over." });
  assert.deepEqual(texts(tab), ["Yes"]);
  await tab.clock.pass(2_000);
  tab.link.welcome({ token: "new" });
  assert.deepEqual(Object.keys(tab.link.says()[0] as object), ["id", "text"]);
  assert.deepEqual(tab.troubles, []);
});

test("an end that another tab was first with is an end", async () => {
  const tab = await connected();
  const deleted = tab.client.end("delete");
  tab.link.sent[0]!.done({ ok: false, error: "ended", text: "It is over." });
  assert.equal(await deleted, true);
  await tab.clock.pass(2_000);
  assert.equal(tab.link.auth.token, undefined);
});

test("a conversation that is being ended is given to no new tab", async () => {
  const tabs = new Tabs();
  const clock = new Clock();
  const first = await connected(openTab({ tabs, clock }));
  void first.client.end("delete");
  const second = openTab({ tabs, clock });
  second.client.start();
  await clock.pass(200);
  assert.equal(second.link.auth.token, undefined);
});

test("a deleted conversation leaves nothing in the tab", async () => {
  const tab = await connected();
  tab.store.set({ draft: "half a" });
  tab.client.say("hello");
  const deleted = tab.client.end("delete");
  tab.link.sent.find(({ event }) => event === "delete")!.done({ ok: true, token: "next" });
  assert.equal(await deleted, true);
  assert.deepEqual(texts(tab), []);
  assert.ok(!JSON.stringify(tab.storage.getItem("key")).includes("hel"));
  assert.ok(!JSON.stringify(tab.storage.getItem("key")).includes("half"));
});

test("an end that the server does not hear of changes nothing, and says so", async () => {
  const tab = await connected(openTab(), { messages: [visitor("v")], resumed: true });
  tab.link.lose();
  const deleted = tab.client.end("delete");
  await tab.clock.pass(15_000);
  assert.equal(await deleted, "");
  assert.deepEqual(texts(tab), ["v"]);
});

test("an end that the server refuses says why", async () => {
  const tab = await connected(openTab(), { messages: [visitor("v")], resumed: true });
  const deleted = tab.client.end("delete");
  tab.link.sent[0]!.done({ ok: false, error: "problem", text: "Sorry." });
  assert.equal(await deleted, "Sorry.");
  assert.deepEqual(texts(tab), ["v"]);
});

test("an end asked for while the line is down is carried out when it is back", async () => {
  const tab = await connected();
  tab.link.lose();
  const deleted = tab.client.end("delete");
  tab.link.welcome({ resumed: true });
  assert.equal(tab.link.sent[0]?.event, "delete");
  tab.link.sent[0]?.done({ ok: true, token: "next" });
  assert.equal(await deleted, true);
});

test("without a conversation on the server there is nothing to ask it", async () => {
  const tab = openTab();
  assert.equal(await tab.client.end("delete"), true);
  assert.equal(tab.link.opened, 0);
});

test("dots show for another tab's question, until its answer", async () => {
  const tab = await connected();
  tab.link.hearing.message(visitor("theirs"));
  assert.equal(tab.client.shown().typing, true);
  tab.link.hearing.message(assistant("theirs"));
  assert.equal(tab.client.shown().typing, false);
});

test("a page that comes back to a tab takes up what the tab holds now", async () => {
  const storage = new MemoryStorage();
  const old = await connected(openTab({ storage }), { messages: [visitor("v")] });
  storage.setItem("key", JSON.stringify({ token: "newer" }));
  old.client.wake();
  assert.equal(old.link.auth.token, "newer");
  assert.deepEqual(texts(old), []);
});

test("the page's language goes with each connect, and is no choice of the visitor", async () => {
  const tab = await connected(openTab({ language: "es" }));
  assert.deepEqual(tab.link.auth, { token: undefined, language: "es", chosen: false });
  tab.link.lose();
  tab.link.welcome({ resumed: true });
  assert.deepEqual(tab.link.auth, { token: "token", language: "es", chosen: false });
});

test("a language that is picked is told at once, as chosen, in the same conversation", async () => {
  const tab = await connected(openTab(), { resumed: true, messages: [visitor("v"), assistant("v")] });
  tab.client.speak("fr");
  assert.equal(tab.link.opened, 2);
  assert.deepEqual(tab.link.auth, { token: "token", language: "fr", chosen: true });
  assert.deepEqual(texts(tab), ["v", "answer to v"]);
  tab.link.welcome({ resumed: true, messages: [visitor("v"), assistant("v")] });
  assert.deepEqual(texts(tab), ["v", "answer to v"]);
  assert.deepEqual([tab.arrived, tab.troubles], [[], []]);
});

test("before the chat is used a pick connects nothing, and goes with the first connect", async () => {
  const tab = openTab();
  tab.client.speak("es");
  await tab.clock.pass(200);
  assert.equal(tab.link.opened, 0);
  await connected(tab);
  assert.deepEqual([tab.link.auth.language, tab.link.auth.chosen], ["es", true]);
});

test("the pick is kept by the tab through a reload and through lost lines, until another is picked", async () => {
  const storage = new MemoryStorage();
  const before = await connected(openTab({ storage }));
  before.client.speak("fr");
  const after = await connected(openTab({ storage }));
  assert.equal(after.store.get().language, "fr");
  assert.deepEqual([after.link.auth.language, after.link.auth.chosen], ["fr", true]);
  after.link.lose();
  after.client.speak("en");
  after.link.welcome({ resumed: true });
  assert.deepEqual([after.link.auth.language, after.link.auth.chosen], ["en", true]);
});

test("where storage is blocked the pick lives as long as the page", async () => {
  const storage = new MemoryStorage();
  storage.setItem = storage.getItem = () => {
    throw new Error("blocked");
  };
  const tab = await connected(openTab({ storage }));
  tab.client.speak("es");
  assert.deepEqual([tab.link.auth.language, tab.link.auth.chosen], ["es", true]);
});

test("what is on its way when a language is picked goes out again with its id, and is shown once", async () => {
  const tab = await connected();
  tab.client.say("hello");
  const first = tab.link.says()[0];
  tab.client.speak("fr");
  assert.deepEqual(texts(tab), ["hello"]);
  assert.deepEqual(tab.store.get().outbox?.map(({ text }) => text), ["hello"]);
  tab.link.welcome({ resumed: true });
  assert.deepEqual(tab.link.says(), [first]);
  assert.deepEqual(texts(tab), ["hello"]);
  tab.link.sent[0]!.done({ ok: true, token: "fresher" });
  assert.deepEqual(tab.store.get().outbox, []);
});

test("what was typed offline goes out in the language picked meanwhile", async () => {
  const tab = await connected();
  tab.link.lose();
  tab.client.say("CAQ?");
  tab.client.speak("fr");
  assert.deepEqual(tab.link.says(), []);
  tab.link.welcome({ resumed: true });
  assert.equal(tab.link.auth.language, "fr");
  assert.equal(tab.link.says().length, 1);
});

test("what is half written, and whether the chat is open, outlasts the pick", async () => {
  const tab = await connected();
  tab.store.set({ draft: "half a", open: true });
  tab.client.speak("es");
  const { draft, open, token } = tab.store.get();
  assert.deepEqual([draft, open, token], ["half a", true, "token"]);
});

test("a new conversation goes on in the picked language", async () => {
  const tab = await connected();
  tab.client.speak("es");
  tab.link.welcome({ resumed: true });
  const ended = tab.client.end("delete");
  tab.link.sent[0]!.done({ ok: true, token: "next" });
  assert.equal(await ended, true);
  tab.link.lose();
  tab.link.welcome({ resumed: true, token: "next" });
  assert.deepEqual(tab.link.auth, { token: "next", language: "es", chosen: true });
});

test("other tabs keep their own language", async () => {
  const tabs = new Tabs();
  const clock = new Clock();
  const first = await connected(openTab({ tabs, clock }));
  const second = await connected(openTab({ tabs, clock }), { resumed: true });
  first.client.speak("fr");
  second.link.lose();
  second.link.welcome({ resumed: true });
  assert.deepEqual([second.link.auth.language, second.link.auth.chosen], ["en", false]);
});

test("a page that comes back to a tab takes up the language picked there since", async () => {
  const storage = new MemoryStorage();
  const old = await connected(openTab({ storage }));
  storage.setItem("key", JSON.stringify({ token: "newer", language: "fr" }));
  old.client.wake();
  assert.deepEqual(old.link.auth, { token: "newer", language: "fr", chosen: true });
});
