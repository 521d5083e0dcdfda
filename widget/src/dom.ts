/** Making nodes. Text is only ever set as text: there is no innerHTML in this widget. */

export type Child = Node | string;

/** An element with attributes; `undefined` and `false` leave one out, `true` is an empty one. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children);
  return element;
}

export function set(element: Element, name: string, value: string | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** A button that submits nothing. */
export function button(attributes: Record<string, string | boolean | undefined>, press: () => void, ...children: Child[]) {
  const made = make("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", press);
  return made;
}

/** Text for screen readers alone. */
export const hidden = (text: string): HTMLElement => make("span", { class: "hidden" }, text);

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing on a field of 24 by 24. */
export function icon(path: string): SVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

export const ICONS = {
  chat: "M20 4H4v13h4v4l5-4h7zM8 9h8M8 12.5h5",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M12 5h.01M12 12h.01M12 19h.01",
  send: "M12 20V4M5 11l7-7 7 7",
};
