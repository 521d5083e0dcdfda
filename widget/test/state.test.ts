import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOf } from "../src/choices";
import { idle, isCut, newsOf } from "../src/line";
import { asWords, restored, sayOf } from "../src/outbox";
import { countOf } from "../src/protocol";
import { createStore } from "../src/store";
import { greeted, rowsOf, upserted } from "../src/transcript";
import { assistant, MemoryStorage, visitor } from "./fakes";

test("messages keep their place when they come again", () => {
  const once = [visitor("a"), assistant("a"), visitor("b")].reduce(upserted, []);
  const twice = upserted(once, { ...visitor("a"), text: "changed" });
  assert.deepEqual(twice.map(({ id }) => id), ["a", "a.0", "b"]);
  assert.equal(twice[0]?.text, "changed");
});

test("what is on its way comes last, and is not shown twice once the server has it", () => {
  const messages = [visitor("a"), assistant("a")];
  const rows = rowsOf(messages, [{ id: "a", text: "a" }, { id: "b", text: "b" }], false);
  assert.deepEqual(rows.map(({ message, standing }) => [message.id, standing]), [["a", ""], ["a.0", ""], ["b", "sending"]]);
  assert.equal(rowsOf(messages, [{ id: "b", text: "b" }], true)[2]?.standing, "unsent");
});

test("only the buttons under the latest question can be pressed, and only once", () => {
  const buttons = ["Yes", "No"];
  const open = (messages: Parameters<typeof rowsOf>[0]) => rowsOf(messages, [], false).map((row) => row.open);
  assert.deepEqual(open([visitor("a"), assistant("a", buttons)]), [false, true]);
  assert.deepEqual(open([visitor("a"), assistant("a", buttons), visitor("b")]), [false, false, false]);
  assert.deepEqual(open([visitor("a"), { ...assistant("a", buttons), used: 0 }]), [false, false]);
});

test("the pressed button is the server's, else the one with the visitor's next words", () => {
  const pressed = (messages: Parameters<typeof rowsOf>[0]) => rowsOf(messages, [], false)[0]?.pressed;
  const ask = assistant("a", ["Yes", "No"]);
  assert.equal(pressed([ask]), -1);
  assert.equal(pressed([ask, visitor("b", "No")]), 1);
  assert.equal(pressed([{ ...ask, used: 0 }, visitor("b", "No")]), 0);
  assert.equal(pressed([ask, visitor("b", "perhaps")]), -1);
});

test("the greeting's buttons are as any other's", () => {
  const greeting = { id: "greeting", from: "assistant" as const, text: "Hello", buttons: ["How?", "Why?"] };
  assert.equal(greeted(greeting, [])[0]?.open, true);
  const [first] = greeted(greeting, rowsOf([visitor("a", "Why?")], [], false));
  assert.deepEqual([first?.open, first?.pressed], [false, 1]);
});

test("the outbox takes back only what is whole and may still work", () => {
  const good = { id: "a", text: "A" };
  const failed = { id: "b", text: "B", trouble: { text: "Sorry", again: true } };
  const over = { id: "c", text: "C", trouble: { text: "Used", again: false } };
  assert.deepEqual(restored([good, failed, over, { id: 1 }, null, "x"]), [good, failed]);
  for (const nothing of [undefined, null, {}, "[]"]) assert.deepEqual(restored(nothing), []);
});

test("a button travels without its title, and as words to another conversation", () => {
  const item = { id: "a", text: "Yes", button: { message: "m", index: 0 } };
  assert.deepEqual(sayOf(item), { id: "a", button: { message: "m", index: 0 } });
  assert.deepEqual(asWords([item]).map(sayOf), [{ id: "a", text: "Yes" }]);
});

test("a short gap goes unmentioned, a longer one does not", () => {
  const down = { ...idle, started: true, since: 1_000 };
  assert.equal(newsOf(idle, 99_999), "");
  assert.equal(newsOf(down, 1_999), "");
  assert.equal(newsOf(down, 2_000), "connecting");
  assert.equal(newsOf({ ...down, reached: true }, 2_000), "reconnecting");
  assert.equal(newsOf({ ...down, reached: true }, 99_000), "reconnecting");
  assert.equal(newsOf({ ...down, up: true }, 99_000), "");
});

test("a server that was never reached gets a sentence after two attempts or a long wait", () => {
  const down = { ...idle, started: true };
  assert.equal(newsOf({ ...down, failures: 1 }, 500), "");
  assert.equal(newsOf({ ...down, failures: 2 }, 500), "unreachable");
  assert.equal(newsOf(down, 20_000), "unreachable");
  assert.equal(newsOf({ ...down, failures: 1, refusal: "Too many." }, 0), "refused");
});

test("a first connect under way does not hold a message up, a lost line does", () => {
  const down = { ...idle, started: true };
  assert.equal(isCut(down, 5_000), false);
  assert.equal(isCut({ ...down, failures: 1 }, 5_000), true);
  assert.equal(isCut({ ...down, reached: true }, 500), false);
  assert.equal(isCut({ ...down, reached: true }, 1_000), true);
});

test("storage that is blocked, full or spoilt leaves a record that lives as long as the page", () => {
  const blocked = createStore("key", () => {
    throw new Error("SecurityError");
  });
  blocked.set({ token: "t" });
  assert.equal(blocked.get().token, "t");
  const spoilt = new MemoryStorage();
  for (const text of ["{", "null", "7"]) {
    spoilt.setItem("key", text);
    assert.deepEqual(createStore("key", () => spoilt).get(), {});
  }
});

test("characters are counted as the server does", () => {
  assert.equal(countOf("e\u0301"), 1);
  assert.equal(countOf("👩‍⚖️"), 4);
});

test("arrow keys go round, Home and End to the ends", () => {
  assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Home", "End", "a"].map((key) => nextOf(key, 2, 3)), [
    0, 0, 1, 1, 0, 2, undefined,
  ]);
  assert.equal(nextOf("ArrowLeft", 0, 3), 2);
});
