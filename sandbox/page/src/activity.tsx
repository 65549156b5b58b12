// What the app has said lately, over all conversations: after the clock has
// moved, this tells where something happened.

import { AppMark } from "./avatar";
import { titleOf } from "./selects";
import type { Session } from "./session";
import { useSession } from "./session";
import { preview } from "./text";
import { clockTime, instantOf, shortDay } from "./time";
import type { Message } from "./types";

const most = 40;

export function Activity({ onOpen, open }: { onOpen(channel: string, threadTs: string | null): void; open: boolean }) {
  const session = useSession();
  const latest = Object.values(session.messages).flat()
    .filter((message) => message.bot_id || session.isApp(message.user))
    .sort((a, b) => Number(b.ts) - Number(a.ts))
    .slice(0, most);
  return (
    <nav class={open ? "sidebar open" : "sidebar"} aria-label="Activity" data-region="sidebar">
      <div class="team"><b>Activity</b><small>What {session.world.app.name} said lately</small></div>
      {latest.length === 0 && <p class="sidebar-note">Nothing yet.</p>}
      {latest.map((message) => <Item message={message} session={session} onOpen={onOpen} key={message.channel + message.ts} />)}
    </nav>
  );
}

interface ItemProps {
  message: Message;
  session: Session;
  onOpen(channel: string, threadTs: string | null): void;
}

function Item({ message, session, onOpen }: ItemProps) {
  const at = instantOf(message.ts);
  const channel = session.channel(message.channel);
  const where = channel ? titleOf(session, channel) : "";
  const thread = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
  return (
    <button type="button" class="activity-item" onClick={() => onOpen(message.channel, thread)}>
      <AppMark size={28} />
      <span class="activity-text">
        <span class="activity-where">{where}<time>{shortDay(at, session.zone)}, {clockTime(at, session.zone)}</time></span>
        <span class="activity-what">{preview(message)}</span>
      </span>
    </button>
  );
}
