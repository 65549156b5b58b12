// Messages only for oneself that were dismissed, kept for this tab.

import { useCallback, useMemo, useState } from "preact/hooks";
import type { Message } from "./types";

const key = "dismissed";

const idOf = (message: Message) => `${message.channel} ${message.ts} ${message.ephemeral_to}`;

/** What is left of a list of messages, and the way to dismiss one. */
export function useHidden(messages: Message[]) {
  const [hidden, setHidden] = useState(() => new Set<string>(JSON.parse(sessionStorage.getItem(key) ?? "[]")));
  const hide = useCallback((message: Message) => {
    const next = new Set<string>([...(JSON.parse(sessionStorage.getItem(key) ?? "[]") as string[]), idOf(message)]);
    sessionStorage.setItem(key, JSON.stringify([...next]));
    setHidden(next);
  }, []);
  const shown = useMemo(() => messages.filter((message) => !message.ephemeral_to || !hidden.has(idOf(message))), [messages, hidden]);
  return { shown, hide };
}
