// The page as a whole: who acts and what is open, both kept in the address so
// that a reload or a second window shows the same.

import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Activity } from "./activity";
import { users } from "./api";
import type { Tab } from "./conversation";
import { Conversation } from "./conversation";
import { ConfirmProvider } from "./dialog";
import { Icon } from "./icons";
import { ModalStack } from "./modal";
import { useReading } from "./reading";
import type { Session } from "./session";
import { SessionContext, useWorkspace } from "./session";
import { Sidebar } from "./sidebar";
import { useTheme } from "./theme";
import { Toasts } from "./toasts";
import { TopBar } from "./topbar";

function useAddress() {
  const read = () => Object.fromEntries(new URLSearchParams(location.search)) as Record<string, string | undefined>;
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const follow = () => setAddress(read());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = useCallback((part: Record<string, string | undefined>) => {
    const next = { ...read(), ...part };
    const kept = Object.entries(next).filter((entry): entry is [string, string] => !!entry[1]);
    history.pushState(null, "", "?" + new URLSearchParams(kept));
    setAddress(Object.fromEntries(kept));
  }, []);
  return [address, go] as const;
}

function App() {
  const [address, go] = useAddress();
  const [failed, setFailed] = useState("");
  useEffect(() => {
    if (address.user) return;
    // Without a name in the address the page acts as the first seeded person.
    users().then((all) => go({ user: all[0]!.id }), (error: Error) => setFailed(error.message));
  }, [address.user]);
  if (failed) return <p class="splash" role="alert">{failed}</p>;
  return address.user ? <Workspace user={address.user} address={address} go={go} /> : <Splash />;
}

const Splash = () => <p class="splash" aria-busy="true">Opening the workspace…</p>;

interface WorkspaceProps {
  user: string;
  address: Record<string, string | undefined>;
  go(part: Record<string, string | undefined>): void;
}

function Workspace({ user, address, go }: WorkspaceProps) {
  const session = useWorkspace(user);
  if (!session) return <Splash />;
  return (
    <SessionContext.Provider value={session}>
      <ConfirmProvider>
        <Layout session={session} address={address} go={go} />
        <ModalStack />
      </ConfirmProvider>
      <Toasts />
    </SessionContext.Provider>
  );
}

type Panel = "home" | "activity";

function Layout({ session, address, go }: { session: Session } & Omit<WorkspaceProps, "user">) {
  const [theme, toggleTheme] = useTheme();
  const [panel, setPanel] = useState<Panel>("home");
  const [drawer, setDrawer] = useState(false);
  const reading = useReading(session);
  const channel = session.channel(address.channel ?? "") ?? session.world.channels[0];
  const tab: Tab = address.tab === "home" ? "home" : "messages";
  const newest = channel && session.messages[channel.id]?.at(-1);
  useEffect(() => {
    if (channel && (channel.kind === "channel" || tab === "messages")) reading.markRead(channel.id, newest);
  }, [channel?.id, newest?.ts, tab]);
  useRegionKeys();

  const open = (id: string, thread: string | null = null) => {
    setDrawer(false);
    go({ channel: id, thread: thread ?? undefined, tab: undefined, message: undefined });
  };
  const actAs = (id: string) => {
    const stays = session.channel(channel?.id ?? "")?.kind === "channel";
    go({ user: id, thread: undefined, tab: undefined, channel: stays ? channel?.id : undefined });
  };
  return (
    <div class="shell" inert={session.views.length > 0}>
      <TopBar onActAs={actAs} />
      <Rail team={session.world.team.name} panel={panel} onPanel={setPanel} theme={theme} onTheme={toggleTheme} />
      {panel === "home"
        ? <Sidebar current={channel?.id ?? null} unread={reading.unread} onOpen={open} onActAs={actAs} open={drawer} />
        : <Activity onOpen={open} open={drawer} />}
      {drawer && <div class="scrim" onClick={() => setDrawer(false)} />}
      {channel
        ? <Conversation channel={channel} tab={tab} threadTs={address.thread ?? null} wanted={tsOf(address.message)} onMenu={() => setDrawer(true)}
            onTab={(next) => go({ tab: next === "home" ? "home" : undefined })} onThread={(ts) => go({ thread: ts ?? undefined })} />
        : <main class="conversation"><p class="empty">You are in no channel yet.</p></main>}
    </div>
  );
}

interface RailProps {
  team: string;
  panel: Panel;
  onPanel(panel: Panel): void;
  theme: string;
  onTheme(): void;
}

function Rail({ team, panel, onPanel, theme, onTheme }: RailProps) {
  const item = (key: Panel, name: string) => (
    <button type="button" class="rail-item" aria-pressed={panel === key} onClick={() => onPanel(key)}>
      <span class="rail-icon"><Icon name={key} /></span>{name}
    </button>
  );
  return (
    <nav class="rail" aria-label="Workspace">
      <span class="team-mark" aria-hidden="true">{team[0]}</span>
      {item("home", "Home")}
      {item("activity", "Activity")}
      <button type="button" class="rail-item rail-end" aria-label={`Use the ${theme === "dark" ? "light" : "dark"} theme`} onClick={onTheme}>
        <span class="rail-icon"><Icon name="theme" /></span>Theme
      </button>
    </nav>
  );
}

/** The ts in a permalink: "p1795420800000100" is 1795420800.000100. */
const tsOf = (permalink: string | undefined) => permalink?.replace(/^p(\d+)(\d{6})$/, "$1.$2");

/** F6 goes round the regions, as in Slack. */
function useRegionKeys() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "F6") return;
      event.preventDefault();
      const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
      const at = regions.findLastIndex((region) => region.contains(document.activeElement));
      const next = regions.at((at + (event.shiftKey ? -1 : 1)) % regions.length);
      next?.querySelector<HTMLElement>("textarea, [aria-current=page], button")?.focus();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

render(<App />, document.getElementById("app")!);
