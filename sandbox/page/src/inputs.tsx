// The inputs of Block Kit that are no select menus: text, numbers, dates,
// radio buttons and checkboxes.

import { useEffect, useId, useRef } from "preact/hooks";
import { useSession } from "./session";
import { isSelect, Select } from "./selects";
import type { ElementProps } from "./selects";
import { useSurface } from "./surface";
import { plainOf, Text } from "./text";
import { fromLocalInput, toLocalInput } from "./time";
import type { Option } from "./types";

interface InputProps extends ElementProps {
  /** Told when a text input asks for an action on Enter or on each character. */
  onDispatch?(trigger: "on_enter_pressed" | "on_character_entered", value: string): void;
}

export function Input(props: InputProps) {
  const { type } = props.element;
  if (isSelect(type)) return <Select {...props} />;
  switch (type) {
    case "radio_buttons": return <RadioButtons {...props} />;
    case "checkboxes": return <Checkboxes {...props} />;
    case "datepicker": return <DateInput {...props} kind="date" field="selected_date" />;
    case "timepicker": return <DateInput {...props} kind="time" field="selected_time" />;
    case "datetimepicker": return <DateTimeInput {...props} />;
    default: return <TextInput {...props} />;
  }
}

function useFocusOnLoad<T extends HTMLElement>(wanted: boolean | undefined) {
  const ref = useRef<T>(null);
  useEffect(() => {
    if (wanted) ref.current?.focus();
  }, []);
  return ref;
}

function common({ element, blockId, label, id, invalid, describedBy, busy }: ElementProps) {
  return {
    id, "aria-label": label, "aria-invalid": invalid, "aria-describedby": describedBy, "aria-busy": busy,
    "data-action-id": element.action_id, "data-block-id": blockId,
  };
}

const keyboards: Record<string, "text" | "decimal" | "email" | "url"> = {
  number_input: "decimal", email_text_input: "email", url_text_input: "url",
};

function TextInput(props: InputProps) {
  const { element, blockId, onChange, onDispatch } = props;
  const held = useSurface().form.value(blockId, element).value ?? "";
  const ref = useFocusOnLoad<HTMLInputElement & HTMLTextAreaElement>(element.focus_on_load);
  const shared = {
    ...common(props), ref, class: "text-input", value: held, placeholder: plainOf(element.placeholder),
    onInput: (event: Event) => {
      const value = (event.currentTarget as HTMLInputElement).value;
      onChange({ type: element.type, value: value || null });
      onDispatch?.("on_character_entered", value);
    },
  };
  if (element.multiline) return <textarea rows={4} {...shared} />;
  return (
    <input type="text" inputMode={keyboards[element.type] ?? "text"} autocomplete="off" {...shared}
      onKeyDown={(event) => event.key === "Enter" && onDispatch?.("on_enter_pressed", held)} />
  );
}

function DateInput(props: InputProps & { kind: "date" | "time"; field: "selected_date" | "selected_time" }) {
  const { element, blockId, kind, field, onChange } = props;
  const held = useSurface().form.value(blockId, element)[field] ?? "";
  const ref = useFocusOnLoad<HTMLInputElement>(element.focus_on_load);
  return (
    <input type={kind} class="text-input date-input" value={held} ref={ref} {...common(props)}
      onChange={(event) => onChange({ type: element.type, [field]: event.currentTarget.value || null })} />
  );
}

function DateTimeInput(props: InputProps) {
  const { element, blockId, onChange } = props;
  const { zone } = useSession();
  const held = useSurface().form.value(blockId, element).selected_date_time;
  return (
    <input type="datetime-local" class="text-input date-input" value={held ? toLocalInput(held, zone) : ""} {...common(props)}
      onChange={({ currentTarget: { value } }) =>
        onChange({ type: element.type, selected_date_time: value ? fromLocalInput(value, zone) : null })} />
  );
}

function RadioButtons(props: InputProps) {
  const { element, blockId, onChange } = props;
  const name = useId();
  const held = useSurface().form.value(blockId, element).selected_option?.value;
  return (
    <OptionList {...props} role="radiogroup">
      {(option) => (
        <input type="radio" name={name} checked={held === option.value} value={option.value}
          onChange={() => onChange({ type: element.type, selected_option: option })} />
      )}
    </OptionList>
  );
}

function Checkboxes(props: InputProps) {
  const { element, blockId, onChange } = props;
  const held = useSurface().form.value(blockId, element).selected_options ?? [];
  const toggle = (option: Option, on: boolean) => {
    const kept = held.filter((h) => h.value !== option.value);
    onChange({ type: element.type, selected_options: on ? [...kept, option] : kept });
  };
  return (
    <OptionList {...props} role="group">
      {(option) => (
        <input type="checkbox" checked={held.some((h) => h.value === option.value)} value={option.value}
          onChange={(event) => toggle(option, event.currentTarget.checked)} />
      )}
    </OptionList>
  );
}

interface OptionListProps extends InputProps {
  role: "group" | "radiogroup";
  children: (option: Option) => preact.JSX.Element;
}

function OptionList({ element, blockId, label, id, invalid, describedBy, role, children }: OptionListProps) {
  return (
    <div class="option-list" id={id} role={role} aria-label={label} aria-describedby={describedBy} aria-invalid={invalid}
      data-action-id={element.action_id} data-block-id={blockId}>
      {element.options?.map((option) => (
        <label class="choice" key={option.value}>
          {children(option)}
          <span><Text of={option.text} />{option.description && <span class="option-description"><Text of={option.description} /></span>}</span>
        </label>
      ))}
    </div>
  );
}
