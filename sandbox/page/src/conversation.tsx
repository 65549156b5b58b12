// The main column: a channel, or the direct message with the app and its tabs.

import { useEffect, useMemo, useState } from "preact/hooks";
import { AppMark } from "./avatar";
import { Blocks } from "./blocks";
import { Composer } from "./composer";
import { Icon } from "./icons";
import { Messages } from "./messages";
import { titleOfDm } from "./selects";
import { useSession } from "./session";
import { SurfaceContext, useNewSurface } from "./surface";
import type { Channel, Message, View } from "./types";

export type Tab = "home" | "messages";

interface Props {
  channel: Channel;
  tab: Tab;
  threadTs: string | null;
  wanted: string | undefined;
  /** The ts of the last message seen here before now. */
  readTo: string;
  onTab(tab: Tab): void;
  onThread(ts: string | null): void;
  onMenu(): void;
}

export function Conversation({ channel, tab, threadTs, wanted, readTo, onTab, onThread, onMenu }: Props) {
  const session = useSession();
  const { top, replies } = useThreads(session.messages[channel.id] ?? []);
  const withApp = channel.kind === "im" && session.isApp(channel.user);
  const title = channel.kind === "im" ? titleOfDm(session, channel) : channel.name;
  const onHome = withApp && tab === "home";
  const orCommands = session.world.commands.length > 0 ? ", or type / for commands" : "";
  return (
    <main class={threadTs ? "conversation with-thread" : "conversation"} data-region="conversation">
      <div class="column">
        <header class="conversation-head">
          <button type="button" class="tool narrow-only" aria-label="Show the sidebar" onClick={onMenu}><Icon name="menu" /></button>
          <h1>{channel.kind === "im" ? <AppMark size={24} /> : <span class="hash">#</span>}<span class="title">{title}</span></h1>
          {channel.kind === "channel" && <ChannelNote channel={channel} />}
        </header>
        {withApp && <Tabs tab={tab} onTab={onTab} />}
        {onHome
          ? <HomeTab />
          : <Messages label={`Messages in ${title}`} messages={top} replies={replies} onThread={onThread} wanted={wanted} readTo={readTo} key={session.me.id + channel.id}
              empty={withApp ? "Nothing here yet. The app writes to you here." : `Nothing here yet. Say hello${orCommands}.`} />}
        {!onHome && <Composer channel={channel.id} placeholder={`Message ${channel.kind === "im" ? "" : "#"}${title}${orCommands}`} autofocus key={channel.id + "composer"} />}
      </div>
      {threadTs && <Thread channel={channel} title={title} ts={threadTs} top={top} replies={replies.get(threadTs) ?? []} wanted={wanted} onClose={() => onThread(null)} />}
    </main>
  );
}

function ChannelNote({ channel }: { channel: Channel }) {
  const members = `${channel.members.length} ${channel.members.length === 1 ? "member" : "members"}`;
  return (
    <span class="channel-note">
      {members}{channel.topic && ` · ${channel.topic}`}{channel.is_ext_shared && <span class="badge shared">Shared with another company</span>}
    </span>
  );
}

function useThreads(messages: Message[]) {
  return useMemo(() => {
    const replies = new Map<string, Message[]>();
    const top: Message[] = [];
    for (const message of messages) {
      if (!message.thread_ts || message.thread_ts === message.ts) top.push(message);
      else if (replies.has(message.thread_ts)) replies.get(message.thread_ts)!.push(message);
      else replies.set(message.thread_ts, [message]);
    }
    return { top, replies };
  }, [messages]);
}

const tabs: { key: Tab; name: string }[] = [{ key: "home", name: "Home" }, { key: "messages", name: "Messages" }];

function Tabs({ tab, onTab }: { tab: Tab; onTab(tab: Tab): void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tab === "home" ? "messages" : "home";
    onTab(other);
    document.getElementById(`tab-${other}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="App" onKeyDown={onKeyDown}>
      {tabs.map(({ key, name }) => (
        <button type="button" role="tab" id={`tab-${key}`} aria-selected={tab === key} tabIndex={tab === key ? 0 : -1} onClick={() => onTab(key)} key={key}>{name}</button>
      ))}
    </div>
  );
}

/** Opening the tab tells the app, which then publishes the view. */
function HomeTab() {
  const session = useSession();
  const [opening, setOpening] = useState(true);
  useEffect(() => {
    let current = true;
    setOpening(true);
    void session.openHome().then(() => current && setOpening(false));
    return () => {
      current = false;
    };
  }, [session.me.id]);
  return (
    <div class="home" role="tabpanel" aria-labelledby="tab-home" aria-busy={opening} tabIndex={0}>
      {session.home
        ? <HomeView view={session.home} key={session.home.id} />
        : <p class="empty">{opening ? "Opening…" : `${session.world.app.name} has not published a Home tab for you yet.`}</p>}
    </div>
  );
}

function HomeView({ view }: { view: View }) {
  const surface = useNewSurface({ view_id: view.id }, view.blocks);
  return <SurfaceContext.Provider value={surface}><Blocks blocks={view.blocks} /></SurfaceContext.Provider>;
}

interface ThreadProps {
  channel: Channel;
  title: string;
  ts: string;
  top: Message[];
  replies: Message[];
  wanted: string | undefined;
  onClose(): void;
}

function Thread({ channel, title, ts, top, replies, wanted, onClose }: ThreadProps) {
  const parent = top.filter((message) => message.ts === ts);
  return (
    <aside class="thread" aria-label="Thread" data-region="thread" onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && onClose()}>
      <header class="conversation-head">
        <h2>Thread</h2>
        <span class="channel-note">{channel.kind === "im" ? title : `#${title}`}</span>
        <button type="button" class="tool" aria-label="Close thread" onClick={onClose}><Icon name="close" /></button>
      </header>
      <Messages label="Messages in this thread" messages={[...parent, ...replies]} thread={ts} wanted={wanted} key={ts} />
      <Composer channel={channel.id} threadTs={ts} placeholder="Reply…" autofocus key={ts + "composer"} />
    </aside>
  );
}
