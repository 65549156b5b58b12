// Tells screen readers what arrives while they are elsewhere on the page: new
// messages of others in any conversation, and moves of the clock. The lists of
// messages themselves stay silent, so that earlier ones can be loaded quietly.

import { useEffect, useRef, useState } from "preact/hooks";
import { titleOf } from "./selects";
import type { Session } from "./session";
import { useSession } from "./session";
import { authorOf, preview } from "./text";
import { clockTime, shortDay } from "./time";
import type { Message } from "./types";

export function Announcer() {
  const session = useSession();
  const heard = useRef<{ of: string; last: string; clock: number } | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const { me, world, messages, now, zone } = session;
    const of = `${world.team.id} ${me.id}`;
    const all = Object.values(messages).map((list) => list.at(-1)).filter((m): m is Message => !!m);
    const before = heard.current;
    heard.current = { of, last: all.reduce((last, { ts }) => (ts > last ? ts : last), ""), clock: now.getTime() };
    if (before?.of !== of) return;
    const news = all.filter((message) => message.ts > before.last && message.user !== me.id);
    const lines = news.map((message) => lineOf(session, message));
    if (now.getTime() !== before.clock) lines.push(`It is ${shortDay(now, zone)}, ${clockTime(now, zone)}.`);
    if (lines.length) setSaid(lines.join(" "));
  }, [session.messages, session.now, session.me.id]);
  return <div class="visually-hidden" role="status" aria-live="polite" data-announcer>{said}</div>;
}

function lineOf(session: Session, message: Message): string {
  const channel = session.channel(message.channel);
  return `${authorOf(session, message)} in ${channel ? titleOf(session, channel) : "a conversation"}: ${preview(message)}.`;
}
