// How far each acting person has read each conversation, kept for this tab.

import { useCallback, useEffect, useState } from "preact/hooks";
import type { Session } from "./session";
import type { Message } from "./types";

const keyOf = (user: string) => `read:${user}`;

function load(user: string): Record<string, string> {
  return JSON.parse(sessionStorage.getItem(keyOf(user)) ?? "{}");
}

const laterThan = (a: string, b: string) => a.length > b.length || (a.length === b.length && a > b);

/** Counts the messages of others that came after the last look. */
export function useReading(session: Session) {
  const { me, messages } = session;
  const [read, setRead] = useState(() => load(me.id));
  useEffect(() => setRead(load(me.id)), [me.id]);

  const unread = (channel: string) => {
    const since = read[channel] ?? "";
    return (messages[channel] ?? []).filter((m) => laterThan(m.ts, since) && m.user !== me.id).length;
  };
  const markRead = useCallback((channel: string, newest: Message | undefined) => {
    if (!newest) return;
    setRead((old) => {
      if (old[channel] === newest.ts) return old;
      const next = { ...old, [channel]: newest.ts };
      sessionStorage.setItem(keyOf(me.id), JSON.stringify(next));
      return next;
    });
  }, [me.id]);
  return { unread, markRead };
}
