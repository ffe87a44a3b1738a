/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Shows the title of the mark under the pointer, or tapped, at once and legibly, where the browser's own would be late. */
export function showTips(tip: HTMLElement): void {
  const titles = new WeakMap<Element, string>();
  const hide = (): void => {
    tip.hidden = true;
  };
  const showFor = ({ target, clientX, clientY }: PointerEvent): void => {
    const mark = (target as Element).closest?.(".chart svg *");
    const title = mark?.querySelector(":scope > title");
    if (mark && title?.textContent) {
      titles.set(mark, title.textContent);
      // Emptied, or the browser would show it a second time.
      title.textContent = "";
    }
    const text = mark && titles.get(mark);
    if (!text) return hide();
    tip.textContent = text;
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, clientX - width / 2), innerWidth - width - 8);
    const top = clientY - height - 14 < 8 ? clientY + 18 : clientY - height - 14;
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  };
  document.addEventListener("pointermove", showFor);
  document.addEventListener("pointerdown", showFor);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
}
