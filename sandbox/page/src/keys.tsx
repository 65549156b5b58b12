// The shortcuts of the page, and the list that tells of them.

import { useLayoutEffect, useRef } from "preact/hooks";
import { Dialog } from "./dialog";
import { Icon } from "./icons";

interface Commands {
  jump(): void;
  help(): void;
  /** To the conversation so many places further down the sidebar. */
  step(by: number): void;
}

const command = /Mac/.test(navigator.platform) ? "⌘" : "Ctrl";

const shortcuts: [keys: string[], what: string][] = [
  [[`${command} K`], "Go to a conversation, a person or a workspace"],
  [["Alt ↑", "Alt ↓"], "The conversation above or below"],
  [["F6", "Shift F6"], "The next or previous region of the page"],
  [["↑", "↓"], "Move in the sidebar, menus and lists"],
  [["/"], "Commands of the app, in the message box"],
  [["Tab"], "Complete the first suggestion in the message box"],
  [["Enter", "Shift Enter"], "Send, or break the line"],
  [[`${command} Enter`], "Submit a form, also from a large text field"],
  [["←", "→"], "Read a chart's values"],
  [["Esc"], "Close what is on top"],
  [[`${command} /`], "This list"],
];

/** Listens for the shortcuts of the whole page; the regions know their own. */
export function useKeys(commands: Commands, on: boolean) {
  const latest = useRef<Commands | null>(null);
  latest.current = on ? commands : null;
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const run = latest.current && commandOf(event, latest.current);
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

function commandOf(event: KeyboardEvent, { jump, help, step }: Commands): (() => void) | null {
  const held = event.ctrlKey || event.metaKey;
  if (held && event.key.toLowerCase() === "k") return jump;
  if (held && event.key === "/") return help;
  if (event.altKey && !held && event.key === "ArrowDown") return () => step(1);
  if (event.altKey && !held && event.key === "ArrowUp") return () => step(-1);
  if (event.key === "F6") return () => nextRegion(event.shiftKey ? -1 : 1);
  return null;
}

function nextRegion(by: number) {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter((region) => region.checkVisibility({ visibilityProperty: true }));
  const at = regions.findLastIndex((region) => region.contains(document.activeElement));
  const next = at < 0 && by < 0 ? regions.at(-1) : regions.at((at + by) % regions.length);
  const stop = ["textarea", "[aria-current=page]", "button"].map((kind) => next?.querySelector<HTMLElement>(kind)).find(Boolean);
  stop?.focus();
}

export function KeyHelp({ onClose }: { onClose(): void }) {
  return (
    <Dialog labelledBy="keys-title" className="keys" onEscape={onClose}>
      <div class="dialog-head">
        <h2 id="keys-title">Keyboard shortcuts</h2>
        <button type="button" class="tool" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
      </div>
      <div class="dialog-body">
        <dl>{shortcuts.map(([keys, what]) => <div key={what}><dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{what}</dd></div>)}</dl>
      </div>
      <div class="dialog-foot"><button type="button" class="button" onClick={onClose}>Close</button></div>
    </Dialog>
  );
}
