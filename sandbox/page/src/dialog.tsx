// The frame of modals and confirmations: it keeps the focus inside, closes on
// Escape and gives the focus back to where it was.

import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useCallback, useContext, useLayoutEffect, useRef, useState } from "preact/hooks";
import { plainOf, Text } from "./text";
import type { Confirm } from "./types";

interface DialogProps {
  labelledBy: string;
  className?: string;
  /** Also stays in place while something else is on top. */
  hidden?: boolean;
  /** What it asks: with another one the dialog begins again at its top. */
  asks?: string;
  attributes?: Record<string, string | undefined>;
  onEscape(): void;
  children: ComponentChildren;
}

export const focusable =
  "a[href], button:not([disabled]):not([tabindex='-1']), input:not([disabled]), textarea:not([disabled]), [tabindex='0']";

export function Dialog({ labelledBy, className = "", hidden, asks, attributes, onEscape, children }: DialogProps) {
  const frame = useRef<HTMLDivElement>(null);
  useReturnedFocus();
  useLayoutEffect(() => {
    if (!hidden && !frame.current!.contains(document.activeElement)) firstField(frame.current!)?.focus();
  }, [hidden]);
  useChanged(asks, () => {
    frame.current!.querySelector(".dialog-body")!.scrollTop = 0;
    // Never a button: the Enter that led here may be pressed twice.
    if (!hidden) (bodyField(frame.current!) ?? frame.current!).focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.stopPropagation();
      onEscape();
    }
    if (event.key === "Tab") keepInside(event, frame.current!);
  };
  return (
    <div class="overlay" hidden={hidden} onMouseDown={keepsFocus}>
      <div class={`dialog ${className}`} ref={frame} role="dialog" aria-modal="true" aria-labelledby={labelledBy} tabIndex={-1}
        onKeyDown={onKeyDown} {...attributes}>{children}</div>
    </div>
  );
}

/** A press beside the dialog leaves the focus inside, so that Escape still works. */
function keepsFocus(event: MouseEvent) {
  if (event.target === event.currentTarget) event.preventDefault();
}

/** Runs when the value is another one than before, not at first. */
function useChanged(value: string | undefined, run: () => void) {
  const before = useRef(value);
  useLayoutEffect(() => {
    if (before.current !== value) run();
    before.current = value;
  }, [value]);
}

function useReturnedFocus() {
  // Read while rendering: once the dialog stands, the page below is inert.
  const [before] = useState(() => document.activeElement as HTMLElement | null);
  useLayoutEffect(() => () => {
    requestAnimationFrame(() => {
      if (before?.isConnected && document.activeElement === document.body) before.focus();
    });
  }, []);
}

const bodyField = (frame: HTMLElement) => frame.querySelector<HTMLElement>(".dialog-body :is(input, textarea):not([disabled])");

/** The first field of the body, or else the first thing that takes the focus. */
const firstField = (frame: HTMLElement): HTMLElement | null =>
  bodyField(frame) ??
  frame.querySelector<HTMLElement>(".dialog-foot button:not([disabled]):last-child") ??
  frame;

function keepInside(event: KeyboardEvent, frame: HTMLElement) {
  const stops = [...frame.querySelectorAll<HTMLElement>(focusable)].filter((el) => el.offsetParent !== null);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const outside = !frame.contains(document.activeElement) || document.activeElement === frame;
  if (document.activeElement !== edge && !(outside && event.shiftKey)) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

type Ask = (confirm: Confirm) => Promise<boolean>;

const ConfirmContext = createContext<Ask>(async () => true);
export const useConfirm = () => useContext(ConfirmContext);

/** Lets everything below ask for a yes or no before it acts. */
export function ConfirmProvider({ children }: { children: ComponentChildren }) {
  const [asked, setAsked] = useState<{ confirm: Confirm; answer: (yes: boolean) => void } | null>(null);
  const ask = useCallback<Ask>((confirm) => new Promise((answer) => setAsked({ confirm, answer })), []);
  const answer = (yes: boolean) => {
    asked?.answer(yes);
    setAsked(null);
  };
  return (
    <ConfirmContext.Provider value={ask}>
      {children}
      {asked && <ConfirmDialog confirm={asked.confirm} answer={answer} />}
    </ConfirmContext.Provider>
  );
}

function ConfirmDialog({ confirm, answer }: { confirm: Confirm; answer: (yes: boolean) => void }) {
  return (
    <Dialog labelledBy="confirm-title" className="confirm" onEscape={() => answer(false)}>
      <div class="dialog-head"><h2 id="confirm-title">{plainOf(confirm.title)}</h2></div>
      <div class="dialog-body"><Text of={confirm.text} /></div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={() => answer(false)}>{plainOf(confirm.deny) || "Cancel"}</button>
        <button type="button" class={`button ${confirm.style === "danger" ? "danger" : "primary"}`} onClick={() => answer(true)}>
          {plainOf(confirm.confirm)}
        </button>
      </div>
    </Dialog>
  );
}
