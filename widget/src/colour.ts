/** Colours that can be read: the contrast of WCAG 2, and what to do where a firm's colour has too little. */

export type Colour = readonly [red: number, green: number, blue: number];

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];
const STEPS = 20;

/** What a computed style names as `rgb(…)` or `color(srgb …)`; undefined for any other, or one that is see-through. */
export function parseColour(text: string): Colour | undefined {
  const [, space, list] = /^(rgba?|color)\((?:srgb )?([^a-z]+)\)$/.exec(text) ?? [];
  const [red, green, blue, opacity = 1] = (list?.match(/[\d.e-]+/g) ?? []).map(Number);
  if (blue === undefined || opacity < 1) return undefined;
  const scale = space === "color" ? 255 : 1;
  return [red! * scale, green! * scale, blue * scale];
}

/** The contrast of two colours, from 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better on the colour: at least 4.5 on every one. */
export const textOn = (ground: Colour): Colour =>
  contrast(BLACK, ground) > contrast(WHITE, ground) ? BLACK : WHITE;

/** The colour itself where its contrast with the ground is enough, else the nearest darker or lighter that has it. */
export function readable(colour: Colour, ground: Colour, least: number): Colour {
  const pole = textOn(ground);
  // On the way to white a colour first becomes as bright as it can, so that a dark blue turns bright and not grey.
  const brightest = pole === WHITE ? mix(colour, BLACK, 1 - 255 / Math.max(...colour, 1)) : colour;
  for (let step = 0; step < 2 * STEPS; step += 1) {
    const mixed = step < STEPS ? mix(colour, brightest, step / STEPS) : mix(brightest, pole, step / STEPS - 1);
    if (contrast(mixed, ground) >= least) return mixed;
  }
  return pole;
}

const mix = (one: Colour, other: Colour, share: number): Colour =>
  one.map((part, i) => part + (other[i]! - part) * share) as unknown as Colour;

export const css = (colour: Colour): string => `rgb(${colour.map(Math.round).join(" ")})`;

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
