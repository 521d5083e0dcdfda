import assert from "node:assert/strict";
import { test } from "node:test";
import { type Colour, contrast, css, parseColour, readable, textOn } from "../src/colour";
import { homeOf, readSettings } from "../src/settings";
import { fill, languageOf, SENTENCES, wordsIn } from "../src/words";

const PLACE = { url: "https://firm.example/page/", language: "", home: "https://bot.firm.example" };
const read = (attributes: Record<string, string> = {}, language = "") =>
  readSettings((name) => attributes[name] ?? null, { ...PLACE, language });

test("without attributes everything has a value", () => {
  const settings = read();
  assert.equal(settings.server, "https://bot.firm.example");
  assert.equal(settings.language, "en");
  assert.equal(settings.suggestions.length, 3);
  assert.equal(settings.privacy, "https://bot.firm.example/webhooks/web/privacy?language=en");
  assert.deepEqual([settings.isInline, settings.isOpen, settings.firm], [false, false, ""]);
});

test("the language is the attribute's, else the page's, else English", () => {
  assert.equal(read({ language: "fr" }, "es").language, "fr");
  assert.equal(read({}, "es-MX").language, "es");
  assert.equal(read({ language: "de" }, "FR-ca").language, "fr");
  assert.equal(read({ language: "constructor" }, "de").language, "en");
  assert.equal(languageOf(""), undefined);
});

test("a server may lie under a path; what is no web address is not used", () => {
  assert.equal(read({ server: "https://x.example/bot/" }).server, "https://x.example/bot");
  assert.equal(read({ server: "javascript:alert(1)" }).server, PLACE.home);
  assert.equal(read({ server: "https://" }).server, PLACE.home);
});

test("a privacy address may be of the page", () => {
  assert.equal(read({ privacy: "/privacy/" }).privacy, "https://firm.example/privacy/");
  assert.match(read({ privacy: "javascript:alert(1)" }).privacy, /^https:\/\/bot\.firm\.example\//);
});

test("suggestions are split at bars", () => {
  assert.deepEqual(read({ suggestions: " a | b ||c" }).suggestions, ["a", "b", "c"]);
  assert.deepEqual(read({ suggestions: "" }).suggestions, []);
});

test("the server is where the script comes from", () => {
  assert.equal(homeOf("https://bot.example/webhooks/web/widget.js?v=2"), "https://bot.example");
  assert.equal(homeOf("https://x.example/bot/webhooks/web/widget.js"), "https://x.example/bot");
  assert.equal(homeOf("https://cdn.example/w.js"), "https://cdn.example");
});

const COLOURS: Colour[] = [];
for (let red = 0; red <= 255; red += 51)
  for (let green = 0; green <= 255; green += 51) for (let blue = 0; blue <= 255; blue += 51) COLOURS.push([red, green, blue]);

test("text reads on every colour", () => {
  for (const colour of COLOURS) assert.ok(contrast(textOn(colour), colour) >= 4.5, String(colour));
});

test("every colour becomes readable on light and dark, and one that is stays as it is", () => {
  for (const ground of [[255, 255, 255], [239, 241, 243], [20, 26, 34], [35, 41, 48]] as Colour[]) {
    for (const colour of COLOURS) {
      const made = readable(colour, ground, 4.5);
      assert.ok(contrast(made, ground) >= 4.5, `${colour} on ${ground}`);
      assert.ok(made.every((part) => part >= 0 && part <= 255));
      if (contrast(colour, ground) >= 4.5) assert.deepEqual(made, colour);
    }
  }
});

test("a dark blue becomes a bright one on dark, not grey", () => {
  const [red, , blue] = readable([18, 64, 111], [35, 41, 48], 4.5);
  assert.ok(blue > 2 * red);
});

test("contrast is that of WCAG", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.ok(Math.abs(contrast([118, 118, 118], [255, 255, 255]) - 4.54) < 0.01);
});

test("colours as browsers compute them are read, see-through and unknown ones are not", () => {
  assert.deepEqual(parseColour("rgb(18, 64, 111)"), [18, 64, 111]);
  assert.deepEqual(parseColour("rgba(18, 64, 111, 1)"), [18, 64, 111]);
  assert.deepEqual(parseColour("color(srgb 1 0.5 0)"), [255, 127.5, 0]);
  for (const other of ["rgba(0, 0, 0, 0)", "oklch(0.5 0.1 200)", "color(display-p3 1 0 0)", ""]) assert.equal(parseColour(other), undefined);
  assert.equal(css([18, 64.4, 111]), "rgb(18 64 111)");
});

test("each sentence is there in each language, with the same braces", () => {
  const braces = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [name, row] of Object.entries(SENTENCES)) {
    assert.equal(row.length, 3, name);
    for (const text of row) {
      assert.ok(text.trim(), name);
      assert.deepEqual(braces(text), braces(row[0]), name);
      assert.equal(text.split("|").length, row[0].split("|").length, name);
    }
  }
});

test("languages are not mixed up", () => {
  assert.deepEqual([wordsIn("en").send, wordsIn("fr").send, wordsIn("es").send], ["Send", "Envoyer", "Enviar"]);
});

test("braces are filled, unknown ones stay", () => {
  assert.equal(fill("{n} of {most} {x}", { n: "1", most: "2" }), "1 of 2 {x}");
});
