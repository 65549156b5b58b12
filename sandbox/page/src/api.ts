// Calls to the sandbox's control surface. Every answer is JSON; a refused call
// answers {"error", "message"}, and the message says what to do.

import type { Ack, Message, Place, StateValues, User, View, World } from "./types";

export class ControlError extends Error {
  /** errors is block_id → what to do, when the fields of a form were refused. */
  constructor(readonly code: string, message: string, readonly errors?: Record<string, string>) {
    super(message);
  }
}

const unreachable = "The sandbox does not answer. Start it again, then reload this page.";

async function call<T>(path: string, body?: unknown): Promise<T> {
  const request: RequestInit = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/control/${path}`, request).catch(() => {
    throw new ControlError("unreachable", unreachable);
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) {
    throw new ControlError(answer?.error ?? "http_" + response.status, answer?.message ?? unreachable, answer?.errors);
  }
  return answer;
}

const query = (values: Record<string, string>) => new URLSearchParams(values).toString();

export const state = (user: string) => call<World>(`state?${query({ user })}`);

export const users = async () => (await call<{ users: User[] }>("users")).users;

export const messages = async (channel: string, user: string) =>
  (await call<{ messages: Message[] | null }>(`messages?${query({ channel, user })}`)).messages ?? [];

export const modal = async (user: string) =>
  (await call<{ views: View[] | null }>(`modal?${query({ user })}`)).views ?? [];

export const home = async (user: string) => (await call<{ view: View | null }>(`home?${query({ user })}`)).view;

export const openHome = (user: string) => call<Ack>("home", { user });

export const say = (user: string, channel: string, text: string, thread_ts?: string) =>
  call<unknown>("say", { user, channel, text, thread_ts });

export const slash = (user: string, channel: string, command: string, text: string) =>
  call<Ack>("slash", { user, channel, command, text });

/** values is what the inputs around the element hold, as Slack sends it in state.values. */
export const click = (user: string, place: Place, action: object, values: StateValues) =>
  call<Ack>("click", { user, ...place, action, values });

export const suggest = (user: string, place: Place, block_id: string, action_id: string, value: string) =>
  call<Ack>("suggest", { user, ...place, block_id, action_id, value });

export const submit = (user: string, view_id: string, values: StateValues) =>
  call<Ack>("submit", { user, view_id, values });

export const close = (user: string, view_id: string) => call<Ack>("close", { user, view_id });

export const shortcut = (user: string, callback_id: string) => call<Ack>("shortcut", { user, callback_id });

export const advance = (by: string) => call<{ now: string }>("clock", { advance: by });
