// What the inputs of one surface (message, modal, Home tab) hold, in the shape
// of Slack's view.state.values, and the checks Slack's client makes on submit.

import { useState } from "preact/hooks";
import type { Block, Element, StateValue, StateValues } from "./types";

export interface Form {
  value(blockId: string, element: Element): StateValue;
  set(blockId: string, actionId: string, value: StateValue): void;
  values(blocks: Block[]): StateValues;
}

const initial: Record<string, (e: Element) => Partial<StateValue>> = {
  plain_text_input: (e) => ({ value: e.initial_value ?? null }),
  number_input: (e) => ({ value: e.initial_value ?? null }),
  email_text_input: (e) => ({ value: e.initial_value ?? null }),
  url_text_input: (e) => ({ value: e.initial_value ?? null }),
  static_select: (e) => ({ selected_option: e.initial_option ?? null }),
  external_select: (e) => ({ selected_option: e.initial_option ?? null }),
  radio_buttons: (e) => ({ selected_option: e.initial_option ?? null }),
  multi_static_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  multi_external_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  checkboxes: (e) => ({ selected_options: e.initial_options ?? [] }),
  users_select: (e) => ({ selected_user: e.initial_user ?? null }),
  multi_users_select: (e) => ({ selected_users: e.initial_users ?? [] }),
  conversations_select: (e) => ({ selected_conversation: e.initial_conversation ?? null }),
  multi_conversations_select: (e) => ({ selected_conversations: e.initial_conversations ?? [] }),
  channels_select: (e) => ({ selected_channel: e.initial_channel ?? null }),
  multi_channels_select: (e) => ({ selected_channels: e.initial_channels ?? [] }),
  datepicker: (e) => ({ selected_date: e.initial_date ?? null }),
  timepicker: (e) => ({ selected_time: e.initial_time ?? null }),
  datetimepicker: (e) => ({ selected_date_time: e.initial_date_time ?? null }),
};

/** Whether the element holds a value, unlike a button. */
export const isStateful = (element: Element | undefined): element is Element => !!element && element.type in initial;

export const initialValue = (element: Element): StateValue => ({ type: element.type, ...initial[element.type]?.(element) });

/**
 * Values typed by the person win over the initial ones for as long as block_id
 * and action_id stay, also across updates of the view, as in Slack.
 */
export function useForm(): Form {
  const [edits, setEdits] = useState<StateValues>({});
  const value = (blockId: string, element: Element) =>
    edits[blockId]?.[element.action_id ?? ""] ?? initialValue(element);
  return {
    value,
    set: (blockId, actionId, next) =>
      setEdits((old) => ({ ...old, [blockId]: { ...old[blockId], [actionId]: next } })),
    values: (blocks) => {
      const all: StateValues = {};
      for (const { blockId, element } of statefulElements(blocks)) {
        all[blockId] = { ...all[blockId], [element.action_id ?? ""]: value(blockId, element) };
      }
      return all;
    },
  };
}

interface Placed {
  blockId: string;
  element: Element;
}

/** Every element with a value, in the order of the blocks. */
function statefulElements(blocks: Block[]): Placed[] {
  return blocks.flatMap((block) => {
    if (block.child_blocks) return statefulElements(block.child_blocks);
    const inside = block.type === "actions" ? (block.elements as Element[]) : [block.element, block.accessory];
    return inside.filter(isStateful).map((element) => ({ blockId: block.block_id ?? "", element }));
  });
}

/** block_id → what to do, for each input that can't be submitted as it is. */
export function check(blocks: Block[], form: Form): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== "input" || !isStateful(block.element) || !block.block_id) continue;
    const problem = problemOf(block.element, form.value(block.block_id, block.element), !!block.optional);
    if (problem) errors[block.block_id] = problem;
  }
  return errors;
}

export function isEmpty(value: StateValue): boolean {
  return Object.entries(value).every(
    ([key, held]) => key === "type" || held === null || held === "" || (Array.isArray(held) && held.length === 0),
  );
}

function problemOf(element: Element, value: StateValue, optional: boolean): string | null {
  if (isEmpty(value)) return optional ? null : "Please fill in this field.";
  const text = value.value ?? "";
  switch (element.type) {
    case "plain_text_input": return lengthProblem(element, text);
    case "number_input": return numberProblem(element, text);
    case "email_text_input": return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : "Please enter an email address.";
    case "url_text_input": return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? null : "Please enter a link that starts with https://.";
    default: return null;
  }
}

function lengthProblem(element: Element, text: string): string | null {
  const length = [...text].length;
  if (element.min_length && length < element.min_length) return `Please write at least ${element.min_length} characters.`;
  if (element.max_length && length > element.max_length) return `Please write at most ${element.max_length} characters.`;
  return null;
}

function numberProblem(element: Element, text: string): string | null {
  const value = Number(text);
  if (!Number.isFinite(value)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(value)) return "Please enter a whole number.";
  if (element.min_value !== undefined && value < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && value > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
  return null;
}
