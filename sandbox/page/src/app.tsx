// The page as a whole: who acts, what is open, and the regions around it.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Activity } from "./activity";
import type { Address, Go } from "./address";
import { placeIn, rememberPlace, tsOf, useAddress } from "./address";
import { Announcer } from "./announcer";
import { users } from "./api";
import type { Tab } from "./conversation";
import { Conversation } from "./conversation";
import { ConfirmProvider } from "./dialog";
import { Jump } from "./jump";
import { KeyHelp, useKeys } from "./keys";
import { ModalStack } from "./modal";
import type { Panel } from "./rail";
import { Rail } from "./rail";
import { useReading } from "./reading";
import { titleOf } from "./selects";
import type { Session } from "./session";
import { SessionContext, useWorkspace } from "./session";
import { Sidebar } from "./sidebar";
import { useTheme } from "./theme";
import { Offline, Toasts } from "./toasts";
import { TopBar } from "./topbar";

function App() {
  const [address, go] = useAddress();
  const [failed, setFailed] = useState("");
  const { team = "", user } = address;
  useEffect(() => {
    if (user) return;
    setFailed("");
    // Without a name in the address the page acts as the first seeded person.
    users(team).then((all) => go({ user: all.find((u) => !u.is_bot)!.id }), (error: Error) => setFailed(error.message));
  }, [team, user]);
  if (failed) return <Failed text={failed} />;
  return user ? <Workspace team={team} user={user} address={address} go={go} /> : <Splash />;
}

const Splash = () => <main class="splash" aria-busy="true"><p>Opening the workspace…</p></main>;

/** An address that names nobody or nothing here still leads somewhere. */
const Failed = ({ text }: { text: string }) =>
  <main class="splash"><p role="alert">{text}</p><a class="button" href="/">Open the first workspace</a></main>;

interface WorkspaceProps {
  team: string;
  user: string;
  address: Address;
  go: Go;
}

function Workspace({ team, user, address, go }: WorkspaceProps) {
  const { session, failed } = useWorkspace(team, user);
  if (!session) return failed ? <Failed text={failed} /> : <Splash />;
  return (
    <SessionContext.Provider value={session}>
      <ConfirmProvider>
        <Layout session={session} address={address} go={go} />
        <ModalStack />
      </ConfirmProvider>
      <Toasts />
      <Announcer />
    </SessionContext.Provider>
  );
}

type Overlay = "jump" | "keys" | null;

function Layout({ session, address, go }: { session: Session; address: Address; go: Go }) {
  const [theme, toggleTheme] = useTheme();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const drawer = useDrawer();
  const reading = useReading(session);
  const { world, me, views } = session;
  const channel = session.channel(address.channel ?? "") ?? world.channels[0];
  const tab: Tab = address.tab === "home" ? "home" : "messages";
  const panel: Panel = address.panel === "activity" ? "activity" : "home";
  const newest = channel && session.messages[channel.id]?.at(-1);
  useEffect(() => {
    if (channel && (channel.kind === "channel" || tab === "messages")) reading.markRead(channel.id, newest);
  }, [me.id, channel?.id, newest?.ts, tab]);
  useEffect(() => rememberPlace(world.team.id, { ...address, user: me.id }), [world.team.id, me.id, address]);
  useTitle(session, channel ? titleOf(session, channel) : "", reading.total);

  const open = (id: string, thread: string | null = null) => {
    drawer.close();
    go({ channel: id, thread: thread ?? undefined, tab: undefined, message: undefined });
  };
  const actAs = (id: string) => {
    const stays = session.channel(channel?.id ?? "")?.kind === "channel";
    go({ user: id, thread: undefined, tab: undefined, message: undefined, channel: stays ? channel?.id : undefined });
  };
  const openTeam = (id: string) => id !== world.team.id && go(placeIn(id));
  useKeys({
    jump: () => setOverlay("jump"),
    help: () => setOverlay("keys"),
    step: (by) => {
      const at = world.channels.findIndex((c) => c.id === channel?.id);
      const next = world.channels.at((at + by) % world.channels.length);
      if (next) open(next.id);
    },
  }, views.length === 0 && overlay === null);
  return (
    <>
      <div class={drawer.isOpen ? "shell drawer" : "shell"} inert={views.length > 0 || overlay !== null}>
        <TopBar onActAs={actAs} />
        <Rail panel={panel} onPanel={(next) => go({ panel: next === "home" ? undefined : next })} onTeam={openTeam}
          theme={theme} onTheme={toggleTheme} onKeys={() => setOverlay("keys")} onJump={() => setOverlay("jump")} />
        {panel === "home"
          ? <Sidebar current={channel?.id ?? null} unread={reading.unread} onOpen={open} onActAs={actAs} open={drawer.isOpen} />
          : <Activity onOpen={open} open={drawer.isOpen} />}
        {drawer.isOpen && <div class="scrim" onClick={drawer.close} />}
        {channel
          ? <Conversation channel={channel} tab={tab} threadTs={address.thread ?? null} wanted={tsOf(address.message)} readTo={reading.readTo(channel.id)}
              onMenu={drawer.open} onTab={(next) => go({ tab: next === "home" ? "home" : undefined })} onThread={(ts) => go({ thread: ts ?? undefined, message: undefined })} />
          : <main class="conversation"><p class="empty">You are in no channel yet.</p></main>}
        <Offline />
      </div>
      {overlay === "jump" && <Jump onOpen={open} onActAs={actAs} onTeam={openTeam} onClose={() => setOverlay(null)} />}
      {overlay === "keys" && <KeyHelp onClose={() => setOverlay(null)} />}
    </>
  );
}

/** In a narrow window rail and sidebar lie over the conversation when asked for. */
function useDrawer() {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLElement | null>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
    opener.current = null;
  };
  useEffect(() => {
    if (!isOpen) return;
    opener.current = document.activeElement as HTMLElement | null;
    const stop = ".sidebar [aria-current=page]";
    document.querySelector<HTMLElement>(document.querySelector(stop) ? stop : ".sidebar button")?.focus();
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && close();
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [isOpen]);
  return { isOpen, open: () => setOpen(true), close };
}

function useTitle({ world }: Session, open: string, unread: number) {
  useEffect(() => {
    document.title = `${unread ? `(${unread}) ` : ""}${open && `${open} · `}${world.team.name} · Headway sandbox`;
  }, [open, unread, world.team.name]);
}

render(<App />, document.getElementById("app")!);
