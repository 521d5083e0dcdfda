/** What the script tag does: defines the element, and puts one on the page unless `data-manual` says not to. */

import { define, putOn } from "./element";
import { homeOf } from "./settings";

const script = document.currentScript as HTMLScriptElement | null; // none for a module, which only defines
define(script ? homeOf(script.src) : location.origin);

if (script && script.dataset.manual === undefined) {
  const { dataset } = script;
  if (document.body) putOn(document.body, dataset);
  else addEventListener("DOMContentLoaded", () => putOn(document.body, dataset));
}
