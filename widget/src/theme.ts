/** Light or dark, and the firm's colour made readable on both. */

import { css, parseColour, readable, textOn } from "./colour";
import { make } from "./dom";
import type { Settings } from "./settings";

const TEXT = 4.5;
const SHAPE = 1.5; // what is on a shape names it; the shape itself only has to be seen

/** Keeps the root's colours right; returns what stops it. */
export function applyTheme(root: HTMLElement, { theme, colour }: Settings): () => void {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const probe = make("span", { class: "probe", hidden: true });
  root.append(probe);
  if (CSS.supports("color", colour)) root.style.setProperty("--accent", colour);

  function apply(): void {
    root.classList.toggle("dark", theme ? theme === "dark" : prefersDark.matches);
    const { color, backgroundColor, borderTopColor } = getComputedStyle(probe);
    const [accent, ground, bubble] = [color, backgroundColor, borderTopColor].map(parseColour);
    if (!accent || !ground || !bubble) return; // what cannot be judged stays as the style sheet has it
    const filling = readable(accent, ground, SHAPE);
    root.style.setProperty("--fill", css(filling));
    root.style.setProperty("--on-fill", css(textOn(filling)));
    root.style.setProperty("--ink", css(readable(accent, bubble, TEXT)));
  }

  apply();
  prefersDark.addEventListener("change", apply);
  return () => prefersDark.removeEventListener("change", apply);
}
