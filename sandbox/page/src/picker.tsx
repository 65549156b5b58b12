// The listbox behind every select: type to filter, arrows to move, Enter to
// choose. It works for one choice or several, for fixed options and for options
// that the app supplies while typing.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Position } from "./popover";
import { usePopover } from "./popover";

export interface Choice {
  key: string;
  label: string;
  description?: string;
}

export interface ChoiceGroup {
  label?: string;
  choices: Choice[];
}

interface Props {
  id?: string;
  label: string;
  placeholder: string;
  chosen: Choice[];
  several?: boolean;
  /** How many may be chosen at most. */
  most?: number;
  groups?: ChoiceGroup[];
  /** Supplies the choices for what was typed, instead of fixed groups. */
  load?: (typed: string) => Promise<ChoiceGroup[]>;
  least?: number;
  /** The list stands open from the start. */
  openAtOnce?: boolean;
  busy?: boolean;
  invalid?: boolean;
  describedBy?: string;
  attributes: Record<string, string | undefined>;
  onChange(chosen: Choice[]): void;
  /** The list was closed; several choices count as made now. */
  onShut?(): void;
}

export function Picker(props: Props) {
  const { chosen, several, label, placeholder } = props;
  const list = useList(props);
  const listId = useId();
  const { root, input, open, active, typed } = list;
  const position = usePopover(root, open, list.shut, 260);
  const tooShort = typed.length < (props.least ?? 0);
  return (
    <div class={`picker${props.invalid ? " invalid" : ""}`} ref={root} aria-busy={props.busy || list.loading} onClick={list.start}>
      {several && chosen.map((choice) => <Chip choice={choice} onRemove={list.pick} key={choice.key} />)}
      <input
        ref={input} id={props.id} type="text" role="combobox" autocomplete="off" spellcheck={false}
        aria-label={label} aria-expanded={open} aria-controls={listId} aria-autocomplete="list"
        aria-activedescendant={open && list.flat[active] ? `${listId}-${active}` : undefined}
        aria-invalid={props.invalid} aria-describedby={props.describedBy}
        placeholder={several && chosen.length ? "" : (!several && chosen[0]?.label) || placeholder}
        value={open || several ? typed : (chosen[0]?.label ?? "")} readOnly={props.busy} {...props.attributes}
        onInput={(event) => list.type(event.currentTarget.value)} onKeyDown={list.onKeyDown}
      />
      <span class="caret" aria-hidden="true" />
      {open && position && (
        <Choices groups={list.groups} listId={listId} active={active} has={list.has} several={several} loading={list.loading} position={position} label={label}
          hint={tooShort ? `Type at least ${props.least} ${props.least === 1 ? "letter" : "letters"}.` : undefined} onPick={list.pick} />
      )}
    </div>
  );
}

function Chip({ choice, onRemove }: { choice: Choice; onRemove(choice: Choice): void }) {
  return (
    <span class="chip">
      {choice.label}
      <button type="button" tabIndex={-1} aria-label={`Remove ${choice.label}`}
        onClick={(event) => { event.stopPropagation(); onRemove(choice); }}>×</button>
    </span>
  );
}

/** What is open, typed and active in the list, and what keys and choices do to it. */
function useList(props: Props) {
  const { chosen, several, most = Infinity } = props;
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(!!props.openAtOnce);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const { groups, loading } = useChoices(props, typed, open);
  const flat = groups.flatMap((group) => group.choices);
  const has = (choice: Choice) => chosen.some((c) => c.key === choice.key);

  const start = () => {
    input.current?.focus();
    if (open || props.busy) return;
    setActive(several ? 0 : Math.max(0, flat.findIndex(has)));
    setOpen(true);
  };
  const shut = () => {
    setOpen(false);
    setTyped("");
    props.onShut?.();
  };
  const type = (text: string) => {
    setTyped(text);
    setActive(0);
    setOpen(true);
  };
  const pick = (choice: Choice | undefined) => {
    input.current?.focus();
    if (!choice) return;
    if (!several) {
      props.onChange([choice]);
      shut();
    } else if (has(choice)) {
      props.onChange(chosen.filter((c) => c.key !== choice.key));
    } else if (chosen.length < most) {
      props.onChange([...chosen, choice]);
      setTyped("");
    }
  };
  const move = (step: number) => (open ? setActive((active + step + flat.length) % Math.max(1, flat.length)) : start());
  const onKeyDown = (event: KeyboardEvent) => {
    const keys: Record<string, (() => void) | undefined> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => (open ? pick(flat[active]) : start()),
      Escape: open ? shut : undefined,
    };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key === "Backspace" && !typed && several && chosen.length) {
      props.onChange(chosen.slice(0, -1));
    }
  };
  return { root, input, open, typed, active, groups, flat, loading, has, start, shut, type, pick, onKeyDown };
}

function useChoices({ groups, load, least = 0 }: Props, typed: string, open: boolean) {
  const [loaded, setLoaded] = useState<ChoiceGroup[]>([]);
  const [loading, setLoading] = useState(false);
  useEffect(() => {
    if (!open || !load) return;
    if (typed.length < least) return setLoaded([]);
    let current = true;
    setLoading(true);
    // Slack waits for a short pause in typing before it asks the app.
    const timer = setTimeout(async () => {
      const answer = await load(typed);
      if (!current) return;
      setLoaded(answer);
      setLoading(false);
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [open, typed]);
  return { groups: load ? loaded : matching(groups ?? [], typed), loading };
}

function matching(groups: ChoiceGroup[], typed: string): ChoiceGroup[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return groups;
  return groups
    .map((group) => ({ ...group, choices: group.choices.filter((c) => c.label.toLowerCase().includes(wanted)) }))
    .filter((group) => group.choices.length > 0);
}

interface ChoicesProps {
  groups: ChoiceGroup[];
  listId: string;
  label: string;
  active: number;
  several?: boolean;
  loading: boolean;
  hint?: string;
  position: Position;
  has(choice: Choice): boolean;
  onPick(choice: Choice): void;
}

function Choices({ groups, listId, label, active, several, loading, hint, position, has, onPick }: ChoicesProps) {
  let index = -1;
  const nothing = groups.every((group) => group.choices.length === 0);
  return (
    <div class="popover" id={listId} role="listbox" aria-label={label} aria-multiselectable={several} style={position}
      onPointerDown={(event) => event.preventDefault()}>
      {nothing && <div class="popover-note">{loading ? "Looking…" : (hint ?? "Nothing found")}</div>}
      {groups.map((group) => (
        <div role="group" aria-label={group.label}>
          {group.label && <div class="menu-group">{group.label}</div>}
          {group.choices.map((choice) => {
            index++;
            return <ChoiceRow id={`${listId}-${index}`} active={index === active} checked={has(choice)} choice={choice} onPick={onPick} />;
          })}
        </div>
      ))}
    </div>
  );
}

interface RowProps {
  id: string;
  active: boolean;
  checked: boolean;
  choice: Choice;
  onPick(choice: Choice): void;
}

function ChoiceRow({ id, active, checked, choice, onPick }: RowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={row} class={`option${active ? " active" : ""}`} id={id} role="option" aria-selected={checked} data-value={choice.key}
      onClick={(event) => { event.stopPropagation(); onPick(choice); }}>
      <span class="option-check" aria-hidden="true">{checked ? "✓" : ""}</span>
      <span>{choice.label}{choice.description && <span class="option-description">{choice.description}</span>}</span>
    </div>
  );
}
