// The sidebar: channels, the app, and the people one can act as.

import { AppMark, Avatar } from "./avatar";
import { titleOfDm } from "./selects";
import type { Session } from "./session";
import { useSession } from "./session";
import { nameOf } from "./text";
import type { Channel } from "./types";

interface Props {
  current: string | null;
  unread(channel: string): number;
  onOpen(channel: string): void;
  onActAs(user: string): void;
  open: boolean;
}

export function Sidebar({ current, unread, onOpen, onActAs, open }: Props) {
  const session = useSession();
  const { channels, team } = session.world;
  const row = (channel: Channel) => (
    <ChannelRow channel={channel} session={session} selected={channel.id === current} count={unread(channel.id)} onOpen={onOpen} key={channel.id} />
  );
  const dms = channels.filter((c) => c.kind === "im" && !session.isApp(c.user));
  return (
    <nav class={open ? "sidebar open" : "sidebar"} aria-label="Conversations" data-region="sidebar" onKeyDown={moveByArrows}>
      <div class="team">
        <b>{team.name}</b>
        <small>Local sandbox · no data leaves this machine</small>
      </div>
      <Group title="Channels">{channels.filter((c) => c.kind === "channel").map(row)}</Group>
      {dms.length > 0 && <Group title="Direct messages">{dms.map(row)}</Group>}
      <Group title="Apps">
        {team.installed === false && <p class="sidebar-note">{session.world.app.name} is not installed in this workspace.</p>}
        {channels.filter((c) => c.kind === "im" && session.isApp(c.user)).map(row)}
      </Group>
      <Group title="Act as">
        {session.world.users.filter((u) => !u.is_bot && !u.deleted).map((user) => (
          <button type="button" class="row person" aria-current={user.id === session.me.id} data-user-id={user.id} key={user.id} onClick={() => onActAs(user.id)}>
            <Avatar user={user} size={20} /><span class="row-name">{nameOf(user)}</span>
            <span class="role">{user.id === session.me.id ? "you" : user.role === "member" ? "" : user.role}</span>
          </button>
        ))}
      </Group>
    </nav>
  );
}

function Group({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return <section class="group" aria-label={title}><h2>{title}</h2>{children}</section>;
}

interface RowProps {
  channel: Channel;
  session: Session;
  selected: boolean;
  count: number;
  onOpen(channel: string): void;
}

/** Like Slack: a channel with news is bold, a direct message also shows a count. */
function ChannelRow({ channel, session, selected, count, onOpen }: RowProps) {
  const dm = channel.kind === "im";
  const name = dm ? titleOfDm(session, channel) : channel.name;
  const withApp = dm && session.isApp(channel.user);
  return (
    <button type="button" class={`row${count && !selected ? " unread" : ""}`} aria-current={selected ? "page" : undefined} data-channel-id={channel.id}
      aria-label={`${name}${count ? `, ${count} unread` : ""}`} onClick={() => onOpen(channel.id)}>
      {withApp ? <AppMark size={20} /> : dm ? <Avatar user={session.user(channel.user)} size={20} /> : <span class="hash">#</span>}
      <span class="row-name">{name}</span>
      {dm && count > 0 && !selected && <span class="count">{count}</span>}
    </button>
  );
}

function moveByArrows(event: KeyboardEvent) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".row")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  rows.at((at + step) % rows.length)?.focus();
}
