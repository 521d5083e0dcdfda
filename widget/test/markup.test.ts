import assert from "node:assert/strict";
import { test } from "node:test";
import { safeHref, withLinks } from "../src/links";
import { type Inline, parse } from "../src/markup";

/** The tree as one line, to compare: <b>, <i>, <a address>. */
const shown = (inline: Inline): string =>
  typeof inline === "string"
    ? inline
    : inline.kind === "link"
      ? `<a ${inline.href}>${inline.text}</a>`
      : `<${inline.kind === "em" ? "i" : "b"}>${inline.inside.map(shown).join("")}</>`;

const lines = (text: string): string[] =>
  parse(text).map((block) =>
    block.kind === "list"
      ? block.items.map((item) => `* ${item.map(shown).join("")}`).join(" ")
      : `${block.kind === "paragraph" ? "" : `${block.kind}: `}${block.inside.map(shown).join("")}`,
  );

const links = (text: string): string[] => withLinks(text).flatMap((piece) => (typeof piece === "string" ? [] : [piece.href]));

test("an answer: verdict, list, source, question", () => {
  assert.deepEqual(
    lines("**Yes.** On the list.\nYou show:\n- a degree\n- an *offer*\n_Source: IRCC, as of May 2026_\nAre you a citizen?"),
    ["<b>Yes.</> On the list.", "You show:", "* a degree * an <i>offer</>", "source: <i>Source: IRCC, as of May 2026</>", "Are you a citizen?"],
  );
});

test("a blank line ends a list, and one that is not blank too", () => {
  assert.deepEqual(lines("- a\n\n- b\nc\n- d"), ["* a", "* b", "c", "* d"]);
});

test("a source note may go on with its date for a re-check", () => {
  assert.deepEqual(lines("_Sources: A; B_ Due for a re-check."), ["source: <i>Sources: A; B</> Due for a re-check."]);
  assert.deepEqual(lines("_Fuente: A_\n¿Y usted?")[0], "source: <i>Fuente: A</>");
});

test("a last paragraph in italics is the source, an earlier one a note", () => {
  assert.deepEqual(lines("*Please read.*\nWell?\n*IRCC, May 2026*"), [
    "note: <i>Please read.</>",
    "Well?",
    "source: <i>IRCC, May 2026</>",
  ]);
});

test("a paragraph that only begins in italics is a paragraph", () => {
  assert.deepEqual(lines("*Please* bring it."), ["<i>Please</> bring it."]);
});

test("marks within words and lone marks are text", () => {
  for (const text of ["our_front_desk", "2*3*4", "a ** b ** c", "* a", "_ a _", "**", "50 * 2", "é_a_é"]) {
    assert.deepEqual(lines(text), [text]);
  }
});

test("links and marks within marks", () => {
  assert.deepEqual(lines("**call +1 613-555-0100 or _write_**"), [
    "<b>call <a tel:+16135550100>+1 613-555-0100</a> or <i>write</></>",
  ]);
  assert.deepEqual(lines("[the **list**](https://x.example/a_b_c)"), ["<a https://x.example/a_b_c>the **list**</a>"]);
});

test("an address with marks in it stays whole", () => {
  assert.deepEqual(links("https://x.example/_a_/**b**/c"), ["https://x.example/_a_/**b**/c"]);
  assert.deepEqual(lines("see https://x.example/_a_ now"), ["see <a https://x.example/_a>https://x.example/_a</a>_ now"]);
});

test("no address but of the four kinds becomes a link", () => {
  for (const bad of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc", "blob:x", "//x.example", "x"]) {
    assert.equal(safeHref(bad), undefined);
  }
  assert.deepEqual(lines("[x](javascript:alert(1)) [y](data:text/html,x)"), ["[x](javascript:alert(1)) [y](data:text/html,x)"]);
  assert.equal(safeHref("https://x.example/"), "https://x.example/");
});

test("HTML is text", () => {
  const text = "<img src=x onerror=alert(1)> <b>b</b> &amp;";
  assert.deepEqual(lines(text), [text]);
});

test("web addresses end where the sentence goes on", () => {
  assert.deepEqual(links("See https://x.example/a, (https://x.example/b). https://x.example/c_(d)!"), [
    "https://x.example/a",
    "https://x.example/b",
    "https://x.example/c_(d)",
  ]);
});

test("e-mail addresses and telephone numbers are links", () => {
  assert.deepEqual(links("a.b+c@firm.example. 613-555-0199, (613) 555-0199, +52 55 1234 5678 or +16135550100"), [
    "mailto:a.b+c@firm.example",
    "tel:+16135550199",
    "tel:+16135550199",
    "tel:+525512345678",
    "tel:+16135550100",
  ]);
});

test("dates, request numbers, amounts and long figures are none", () => {
  assert.deepEqual(links("2026-11-24, JMC2-75PK, 1,050 to 2,000, $230, 123-456-7890123, 9 am, +1 23"), []);
});

test("no text is lost", () => {
  const text = "a@b.example, https://x.example/a). +1 613-555-0100 **b** _c_ [d](https://e.example)";
  const words = (inline: Inline): string => (typeof inline === "string" ? inline : inline.kind === "link" ? inline.text : inline.inside.map(words).join(""));
  const [block] = parse(text);
  assert.equal(block?.kind === "paragraph" && block.inside.map(words).join(""), "a@b.example, https://x.example/a). +1 613-555-0100 b c d");
});

test("a text made to be slow is not", () => {
  for (const piece of ["*a", "**a", "_a ", "[", "[a](", "a@", "a.", "+1 ", "(613) ", "- ", "https://", "*_", "** "]) {
    const began = performance.now();
    parse(piece.repeat(4_000));
    assert.ok(performance.now() - began < 1_500, piece);
  }
});
