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
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const shut = () => {
    setOpen(false);
    setTyped("");
    props.onShut?.();
  };
  const position = usePopover(root, open, shut, 260);
  const { groups, loading } = useChoices(props, typed, open);
  const flat = groups.flatMap((group) => group.choices);
  const has = (choice: Choice) => chosen.some((c) => c.key === choice.key);
  const full = several && props.most !== undefined && chosen.length >= props.most;

  const pick = (choice: Choice | undefined) => {
    if (!choice) return;
    if (!several) {
      props.onChange([choice]);
      shut();
    } else if (has(choice)) {
      props.onChange(chosen.filter((c) => c.key !== choice.key));
    } else if (!full) {
      props.onChange([...chosen, choice]);
      setTyped("");
    }
    input.current?.focus();
  };

  const start = () => {
    if (open || props.busy) return;
    const at = several ? -1 : flat.findIndex(has);
    setActive(Math.max(0, at));
    setOpen(true);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!open) return start();
      setActive((active + step + flat.length) % Math.max(1, flat.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (open) pick(flat[active]);
      else start();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      shut();
    } else if (event.key === "Backspace" && !typed && several && chosen.length) {
      props.onChange(chosen.slice(0, -1));
    }
  };

  const shown = open || several ? typed : (chosen[0]?.label ?? "");
  return (
    <div class={`picker${props.invalid ? " invalid" : ""}`} ref={root} aria-busy={props.busy || loading} onClick={() => { input.current?.focus(); start(); }}>
      {several && chosen.map((choice) => (
        <span class="chip" key={choice.key}>
          {choice.label}
          <button type="button" tabIndex={-1} aria-label={`Remove ${choice.label}`}
            onClick={(event) => { event.stopPropagation(); pick(choice); }}>×</button>
        </span>
      ))}
      <input
        ref={input} id={props.id} type="text" role="combobox" autocomplete="off" spellcheck={false}
        aria-label={label} aria-expanded={open} aria-controls={listId} aria-autocomplete="list"
        aria-activedescendant={open && flat[active] ? `${listId}-${active}` : undefined}
        aria-invalid={props.invalid} aria-describedby={props.describedBy}
        placeholder={several && chosen.length ? "" : (!several && chosen[0]?.label) || placeholder}
        value={shown} readOnly={props.busy} {...props.attributes}
        onInput={(event) => { setTyped(event.currentTarget.value); setActive(0); setOpen(true); }}
        onKeyDown={onKeyDown}
      />
      <span class="caret" aria-hidden="true" />
      {open && position && (
        <Choices {...{ groups, listId, active, has, several, loading, position, label }}
          hint={typed.length < (props.least ?? 0) ? `Type at least ${props.least} ${props.least === 1 ? "letter" : "letters"}.` : undefined}
          onPick={pick} />
      )}
    </div>
  );
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
