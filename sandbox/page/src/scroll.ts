// How a long list of messages is shown: a window on its newest part that grows
// upwards on demand, and a scroll that stays at the newest unless someone reads
// further up.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "./types";

/** How many messages stand in the page at first, and how many more each time. */
const portion = 80;

const nearEdge = 80; // px

/**
 * The part of the list to draw: from a first message on, all later ones. It
 * begins far enough up for the wanted message.
 */
export function useWindow(messages: Message[], wanted: string | undefined) {
  const [first, setFirst] = useState(() => startFor(messages, wanted));
  const found = messages.findIndex(({ ts }) => ts >= first);
  const at = found < 0 ? 0 : found;
  const goTo = (index: number) => setFirst(tsAt(messages, index));
  useLayoutEffect(() => {
    const start = startFor(messages, wanted);
    if (wanted && start < first) setFirst(start);
  }, [wanted]);
  return {
    shown: at ? messages.slice(at) : messages,
    earlier: at,
    more: () => goTo(at - portion),
    /** Lets go of what was loaded above, once nobody looks at it any more. */
    trim: () => messages.length - at > 3 * portion && goTo(messages.length - portion),
  };
}

/** The whole list begins with the empty ts. */
const tsAt = (messages: Message[], index: number) => (index > 0 ? messages[index]!.ts : "");

function startFor(messages: Message[], wanted: string | undefined): string {
  const newest = messages.length - portion;
  const found = wanted ? messages.findIndex(({ ts }) => ts === wanted) : -1;
  return tsAt(messages, found < 0 ? newest : Math.min(newest, found - portion / 4));
}

interface Scroll {
  messages: Message[];
  wanted: string | undefined;
  /** Whether the reader asked for a message, and so wants to see it. */
  isOwn(message: Message): boolean;
  /** The reader comes near the upper end of what is drawn. */
  onTop(): void;
  /** The reader is at the newest message, and new ones have come. */
  onBottom(): void;
}

export function useScroll({ messages, wanted, isOwn, onTop, onBottom }: Scroll) {
  const log = useRef<HTMLDivElement>(null);
  const atBottom = useRef(!wanted);
  const [leftAt, setLeftAt] = useState<string | null>(null); // the newest ts when the reader went up
  const first = messages[0]?.ts;
  const newest = messages.at(-1)?.ts ?? "";
  const anchor = useRef<{ element: Element; top: number } | null>(null);
  const latest = useRef({ onTop, newest });
  latest.current = { onTop, newest };

  const before = useRef(newest);
  if (before.current && newest > before.current && isOwn(messages.at(-1)!)) atBottom.current = true;
  before.current = newest;

  // What is put in above must not move what is being read.
  useLayoutEffect(() => {
    const kept = anchor.current;
    if (kept?.element.isConnected && !atBottom.current) log.current!.scrollTop += kept.element.getBoundingClientRect().top - kept.top;
    anchor.current = null;
  }, [first]);

  useLayoutEffect(() => {
    const element = log.current!;
    const remember = () => {
      const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
      atBottom.current = rest < nearEdge;
      setLeftAt((old) => (rest < nearEdge ? null : (old ?? latest.current.newest)));
      if (element.scrollTop < element.clientHeight / 2 && rest >= nearEdge) {
        anchor.current = anchorOf(element);
        latest.current.onTop();
      }
    };
    const follow = () => {
      if (atBottom.current) element.scrollTop = element.scrollHeight;
    };
    element.addEventListener("scroll", remember);
    const sizes = new ResizeObserver(follow);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    follow();
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", remember);
    };
  }, [first, newest, messages.length]);
  useLayoutEffect(() => {
    if (atBottom.current) onBottom();
  }, [newest]);
  const ledTo = useRef("");
  useLayoutEffect(() => {
    const target = wanted && ledTo.current !== wanted && log.current!.querySelector(".message.wanted");
    if (!target) return;
    ledTo.current = wanted;
    atBottom.current = false;
    target.scrollIntoView({ block: "center" });
  }, [wanted, first]);

  const toNewest = () => {
    atBottom.current = true;
    setLeftAt(null);
    log.current!.scrollTop = log.current!.scrollHeight;
    log.current!.focus();
  };
  return { log, leftAt, toNewest, hold: () => (anchor.current = anchorOf(log.current!)) };
}

/** The topmost message in view, and where it stands. */
function anchorOf(log: HTMLElement) {
  const edge = log.getBoundingClientRect().top;
  const element = [...log.querySelectorAll(".message")].find((message) => message.getBoundingClientRect().bottom > edge);
  return element ? { element, top: element.getBoundingClientRect().top } : null;
}
