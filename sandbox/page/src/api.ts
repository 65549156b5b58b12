// Calls to the sandbox's control surface. Every answer is JSON; a refused call
// answers {"error", "message"}, and the message says what to do.

import type { Ack, Message, Place, StateValues, Team, User, View, World } from "./types";

export class ControlError extends Error {
  /** errors is block_id → what to do, when the fields of a form were refused. */
  constructor(readonly code: string, message: string, readonly errors?: Record<string, string>) {
    super(message);
  }
}

const unreachable = "The sandbox does not answer. Once it runs again, this page goes on by itself.";

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

/** Who acts, and in which workspace; an empty team is the first one. */
export interface Who {
  team: string;
  user: string;
}

const query = (values: Record<string, string>) => new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();

export const teams = async () => (await call<{ teams: Team[] }>("teams")).teams;

export const state = (who: Who) => call<World>(`state?${query({ ...who })}`);

export const users = async (team: string) => (await call<{ users: User[] }>(`users?${query({ team })}`)).users;

/** Messages in the order of their ts; with after only those posted or edited later than it. */
export const messages = async (who: Who, channel: string, after = "") =>
  (await call<{ messages: Message[] | null }>(`messages?${query({ ...who, channel, after })}`)).messages ?? [];

export const modal = async (who: Who) =>
  (await call<{ views: View[] | null }>(`modal?${query({ ...who })}`)).views ?? [];

export const home = async (who: Who) => (await call<{ view: View | null }>(`home?${query({ ...who })}`)).view;

export const events = (who: Who) => new EventSource(`/control/events?${query({ ...who })}`);

export const openHome = (who: Who) => call<Ack>("home", who);

export const say = (who: Who, channel: string, text: string, thread_ts?: string) =>
  call<unknown>("say", { ...who, channel, text, thread_ts });

export const slash = (who: Who, channel: string, command: string, text: string) =>
  call<Ack>("slash", { ...who, channel, command, text });

/** values is what the inputs around the element hold, as Slack sends it in state.values. */
export const click = (who: Who, place: Place, action: object, values: StateValues) =>
  call<Ack>("click", { ...who, ...place, action, values });

export const suggest = (who: Who, place: Place, block_id: string, action_id: string, value: string) =>
  call<Ack>("suggest", { ...who, ...place, block_id, action_id, value });

export const submit = (who: Who, view_id: string, values: StateValues) =>
  call<Ack>("submit", { ...who, view_id, values });

export const close = (who: Who, view_id: string) => call<Ack>("close", { ...who, view_id });

export const shortcut = (who: Who, callback_id: string) => call<Ack>("shortcut", { ...who, callback_id });

export const advance = (by: string) => call<{ now: string }>("clock", { advance: by });
