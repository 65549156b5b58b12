// The message box: Enter sends, Shift+Enter breaks the line, a slash command
// goes to the app, and the lightning button lists the app's shortcuts.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { AppMark, Avatar } from "./avatar";
import type { Suggestion } from "./completion";
import { encode, suggestionsFor } from "./completion";
import { Icon } from "./icons";
import { Menu } from "./menu";
import { useSession } from "./session";

interface Props {
  channel: string;
  placeholder: string;
  threadTs?: string;
  autofocus?: boolean;
}

export function Composer({ channel, placeholder, threadTs, autofocus }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const { sending, deliver } = useDelivery(channel, threadTs);
  const list = useSuggestions(text, caret, !threadTs);
  const listId = useId();
  const completedAt = useRef<number | null>(null);
  useGrowing(box, text);
  useLayoutEffect(() => {
    if (completedAt.current !== null) box.current?.setSelectionRange(completedAt.current, completedAt.current);
    completedAt.current = null;
  }, [text]);
  useEffect(() => {
    if (autofocus) box.current?.focus();
  }, [channel]);

  const send = async () => {
    // What stands in the box, not what was drawn last: Enter may come first. A
    // line is taken while the one before it is still on its way.
    const typed = box.current!.value.trim();
    if (!typed) return;
    box.current!.value = "";
    setText("");
    if (!(await deliver(typed))) setText((now) => now || typed);
  };
  const choose = (suggestion: Suggestion) => {
    setText(suggestion.text);
    setCaret(suggestion.caret);
    list.reset();
    completedAt.current = suggestion.caret;
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (list.onKey(event, choose)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
  };
  const onInput = (element: HTMLTextAreaElement) => {
    setText(element.value);
    setCaret(element.selectionStart);
    list.reopen();
  };

  return (
    <div class="composer">
      {list.shown.length > 0 && <SuggestionList id={listId} items={list.shown} active={list.active} onPick={choose} />}
      <textarea
        ref={box} rows={1} value={text} placeholder={placeholder} aria-label={placeholder} spellcheck={false}
        role="combobox" aria-expanded={list.shown.length > 0} aria-controls={listId} aria-autocomplete="list" aria-haspopup="listbox"
        aria-activedescendant={list.active >= 0 ? `${listId}-${list.active}` : undefined}
        onInput={(event) => onInput(event.currentTarget)} onKeyDown={onKeyDown} onKeyPress={breaksLineOnlyWithShift}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)} onBlur={list.reset}
      />
      <div class="composer-tools">
        {!threadTs && <Shortcuts />}
        <span class="composer-hint">{sending ? "Sending…" : text.startsWith("/") && !threadTs ? `${list.shown.length ? "Tab completes, " : ""}Enter runs the command` : ""}</span>
        <button type="button" class="button primary send" aria-label="Send" aria-busy={sending} disabled={!text.trim()} onClick={send}><Icon name="send" size={18} /></button>
      </div>
    </div>
  );
}

/** Sends a line as a command or as a message; false when it was refused. */
function useDelivery(channel: string, threadTs: string | undefined) {
  const session = useSession();
  const [sending, setSending] = useState(false);
  const route = (typed: string) => {
    const [word = "", ...rest] = typed.split(/\s+/);
    if (threadTs || !session.world.commands.some((c) => c.command === word)) {
      return session.say(channel, encode(session, typed, false), threadTs);
    }
    return session.slash(channel, word, encode(session, rest.join(" "), true));
  };
  const deliver = async (typed: string) => {
    setSending(true);
    const sent = await route(typed);
    setSending(false);
    return sent;
  };
  return { sending, deliver };
}

/** Remote-controlled browsers type the line break even though keydown was handled. */
function breaksLineOnlyWithShift(event: KeyboardEvent) {
  if (event.key === "Enter" && !event.shiftKey) event.preventDefault();
}

function Shortcuts() {
  const session = useSession();
  const items = session.world.shortcuts.map((shortcut) => ({
    key: shortcut.callback_id,
    group: session.world.app.name,
    label: <><AppMark size={20} /><span>{shortcut.name}{shortcut.description && <span class="option-description">{shortcut.description}</span>}</span></>,
    choose: () => void session.shortcut(shortcut.callback_id),
  }));
  if (!items.length) return null;
  return <Menu label="Shortcuts" className="tool" items={items} minWidth={280}><Icon name="lightning" /></Menu>;
}

/** The box grows with its text up to a third of the window. */
function useGrowing(box: { current: HTMLTextAreaElement | null }, text: string) {
  useLayoutEffect(() => {
    const element = box.current!;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, innerHeight / 3)}px`;
  }, [text]);
}

function useSuggestions(text: string, caret: number, commands: boolean) {
  const session = useSession();
  const [shut, setShut] = useState(false);
  const [active, setActive] = useState(-1);
  const shown = shut ? [] : suggestionsFor(session, text, caret, commands);
  const reset = () => {
    setShut(true);
    setActive(-1);
  };
  const reopen = () => {
    setShut(false);
    setActive(-1);
  };
  /** Whether the key was for the list. Enter completes only what is chosen or plainly unfinished. */
  const onKey = (event: KeyboardEvent, choose: (s: Suggestion) => void): boolean => {
    if (!shown.length) return false;
    const take = () => choose(shown[Math.max(0, active)]!);
    if (event.key === "ArrowDown") setActive((active + 1) % shown.length);
    else if (event.key === "ArrowUp") setActive((active <= 0 ? shown.length : active) - 1);
    else if (event.key === "Escape") reset();
    else if (event.key === "Tab" && !event.shiftKey) take();
    else if (event.key === "Enter" && (active >= 0 || isUnfinished(text, shown[0]!))) take();
    else return false;
    event.preventDefault();
    return true;
  };
  return { shown, active, reset, reopen, onKey };
}

/** "/head" names no command yet, and "@mi" no person; "/headway se" may be free text. */
const isUnfinished = (text: string, first: Suggestion) => first.kind !== "command" || !text.includes(" ") && !first.text.startsWith(text + " ");

interface ListProps {
  id: string;
  items: Suggestion[];
  active: number;
  onPick(suggestion: Suggestion): void;
}

function SuggestionList({ id, items, active, onPick }: ListProps) {
  const session = useSession();
  return (
    <div class="suggestions" id={id} role="listbox" aria-label="Suggestions" onPointerDown={(event) => event.preventDefault()}>
      {items.map((item, i) => (
        <div class={`suggestion${i === active ? " active" : ""}`} id={`${id}-${i}`} role="option" aria-selected={i === active} key={item.key} onClick={() => onPick(item)}>
          {item.kind === "command" ? <AppMark size={24} /> : item.kind === "user" ? <Avatar user={session.user(item.key)} size={24} /> : <span class="hash">#</span>}
          <b>{item.title}</b><span class="muted">{item.note}</span>
        </div>
      ))}
    </div>
  );
}
