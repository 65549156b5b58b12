// Keeps a list beside its anchor, above it when there is no room below, and
// closes it when attention goes elsewhere.

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

export type Position = {
  left: string;
  width: string;
  top?: string;
  bottom?: string;
  maxHeight: string;
};

const gap = 4;
const tallest = 480;

export function usePopover(anchor: RefObject<HTMLElement>, open: boolean, close: () => void, minWidth = 0): Position | undefined {
  const [position, setPosition] = useState<Position>();
  useLayoutEffect(() => {
    if (!open || !anchor.current) return;
    const place = () => anchor.current && setPosition(beside(anchor.current.getBoundingClientRect(), minWidth));
    place();
    window.addEventListener("resize", place);
    window.addEventListener("scroll", place, true);
    return () => {
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", place, true);
    };
  }, [open, minWidth]);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!anchor.current?.contains(event.target as Node)) close();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  return open ? position : undefined;
}

function beside(box: DOMRect, minWidth: number): Position {
  const below = innerHeight - box.bottom - gap * 2;
  const above = box.top - gap * 2;
  const width = Math.min(Math.max(box.width, minWidth), innerWidth - gap * 2);
  const left = Math.max(gap, Math.min(box.left, innerWidth - width - gap));
  const common = { left: `${left}px`, width: `${width}px` };
  return below >= Math.min(200, tallest) || below >= above
    ? { ...common, top: `${box.bottom + gap}px`, maxHeight: `${Math.min(tallest, below)}px` }
    : { ...common, bottom: `${innerHeight - box.top + gap}px`, maxHeight: `${Math.min(tallest, above)}px` };
}
