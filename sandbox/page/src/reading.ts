// How far each acting person has read each conversation, kept for this tab.

import { useCallback, useMemo, useState } from "preact/hooks";
import type { Session } from "./session";
import type { Message } from "./types";

const keyOf = (user: string) => `read:${user}`;

function load(user: string): Record<string, string> {
  return JSON.parse(sessionStorage.getItem(keyOf(user)) ?? "{}");
}

/** Counts the messages of others that came after the last look. */
export function useReading(session: Session) {
  const { me, messages } = session;
  const [marked, setMarked] = useState(0);
  const read = useMemo(() => load(me.id), [me.id, marked]);

  const counts = useMemo(() => new Map(Object.entries(messages).map(([channel, list]) => [channel, countNew(list, read[channel] ?? "", me.id)])), [messages, read, me.id]);
  const markRead = useCallback((channel: string, newest: Message | undefined) => {
    const old = load(me.id);
    if (!newest || old[channel] === newest.ts) return;
    sessionStorage.setItem(keyOf(me.id), JSON.stringify({ ...old, [channel]: newest.ts }));
    setMarked((times) => times + 1);
  }, [me.id]);
  return {
    unread: (channel: string) => counts.get(channel) ?? 0,
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    /** The ts of the last message that was seen; empty before the first look. */
    readTo: (channel: string) => read[channel] ?? "",
    markRead,
  };
}

/** From the end, because what is new stands there. */
function countNew(list: Message[], since: string, me: string): number {
  let count = 0;
  for (let at = list.length - 1; at >= 0 && list[at]!.ts > since; at--) if (list[at]!.user !== me) count++;
  return count;
}
