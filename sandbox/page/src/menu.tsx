// A button that opens a menu: overflow menus, the shortcuts, the people to act as.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePopover } from "./popover";

export interface MenuItem {
  key: string;
  label: ComponentChildren;
  /** A heading shown above the first item of each group. */
  group?: string;
  checked?: boolean;
  choose(): void;
}

interface Props {
  label: string;
  className: string;
  items: MenuItem[];
  busy?: boolean;
  minWidth?: number;
  attributes?: Record<string, string | undefined>;
  children: ComponentChildren;
}

export function Menu({ label, className, items, busy, minWidth = 220, attributes, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const position = usePopover(root, open, () => setOpen(false), minWidth);
  const shut = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  return (
    <div class="menu" ref={root} onKeyDown={(event) => open && onMenuKey(event, root.current!, shut)}>
      <button
        type="button" class={className} aria-label={label} aria-haspopup="menu" aria-expanded={open} aria-busy={busy}
        onClick={() => setOpen(!open && !busy)} onKeyDown={(event) => event.key === "ArrowDown" && !open && setOpen(true)} {...attributes}
      >{children}</button>
      {open && position && (
        <div class="popover menu-list" role="menu" aria-label={label} style={position}>
          <MenuItems items={items} shut={shut} />
        </div>
      )}
    </div>
  );
}

function MenuItems({ items, shut }: { items: MenuItem[]; shut: () => void }) {
  const first = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const list = first.current!;
    (list.querySelector<HTMLElement>("[aria-checked=true]") ?? list.querySelector<HTMLElement>("[role^=menuitem]"))?.focus();
  }, []);
  return (
    <div ref={first}>
      {items.map((item, i) => (
        <>
          {item.group && item.group !== items[i - 1]?.group && <div class="menu-group" role="presentation">{item.group}</div>}
          <button
            type="button" class="option" role={item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked={item.checked}
            tabIndex={-1} key={item.key} onClick={() => { shut(); item.choose(); }}
          >{item.label}</button>
        </>
      ))}
    </div>
  );
}

function onMenuKey(event: KeyboardEvent, root: HTMLElement, shut: () => void) {
  const items = [...root.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const go: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    shut();
  } else if (event.key in go) {
    event.preventDefault();
    items.at(go[event.key]! % items.length)?.focus();
  } else if (event.key.length === 1 && event.key !== " ") {
    items.find((item) => item.textContent!.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}
