/** How the panel lies on the page: beside it on a wide screen, over it on a small one. */

const COMPACT = "(max-width: 479.98px), (max-height: 419.98px)";

export interface Frame {
  readonly show: () => void;
  readonly hide: () => void;
  readonly isCompact: () => boolean;
  readonly destroy: () => void;
}

/** `left` is called when the browser itself closed the panel, as by a phone's back gesture. */
export function createFrame(panel: HTMLDialogElement, back: () => boolean, left: () => void): Frame {
  const compact = matchMedia(COMPACT);
  const screen = window.visualViewport;
  const page = document.documentElement.style;
  let pageOverflow: string | undefined;

  /** Over the page, nothing of it can be reached or scrolled; beside it, all can. */
  function show(): void {
    if (compact.matches) {
      panel.showModal();
      pageOverflow ??= page.overflow;
      page.overflow = "hidden";
    } else {
      panel.setAttribute("open", ""); // unlike show(), takes no focus from the page
    }
    fit();
  }

  function hide(): void {
    if (panel.open) panel.close();
    if (pageOverflow !== undefined) page.overflow = pageOverflow;
    pageOverflow = undefined;
  }

  /** A keyboard on the screen covers the page without making it smaller; zooming in must stay possible. */
  function fit(): void {
    const isCovered = panel.open && compact.matches && screen && screen.scale < 1.05;
    panel.style.height = isCovered ? `${screen.height}px` : "";
    panel.style.top = isCovered ? `${screen.offsetTop}px` : "";
  }

  function change(): void {
    if (!panel.open) return;
    const focused = (panel.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    hide();
    show();
    focused?.focus();
  }

  const listeners: [EventTarget | null, string, (event: Event) => void][] = [
    [compact, "change", change],
    [screen, "resize", fit],
    [screen, "scroll", fit],
    [panel, "close", () => panel.open || left()],
    [panel, "cancel", (event) => back() && event.preventDefault()],
  ];
  for (const [target, type, heard] of listeners) target?.addEventListener(type, heard);
  return {
    show,
    hide,
    isCompact: () => compact.matches,
    destroy() {
      hide();
      for (const [target, type, heard] of listeners) target?.removeEventListener(type, heard);
    },
  };
}
