// The catalogue of every view of the app, drawn by the workspace's own
// components from the golden files, so that all can be looked over by scrolling.

import { render } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { AppMark } from "./avatar";
import { Blocks } from "./blocks";
import { ConfirmProvider } from "./dialog";
import { Icon } from "./icons";
import { MessageView } from "./message";
import type { Notice, Session } from "./session";
import { SessionContext } from "./session";
import { SurfaceContext, useNewSurface } from "./surface";
import { plainOf } from "./text";
import { useTheme } from "./theme";
import { Toasts } from "./toasts";
import type { Block, View } from "./types";

/** A golden file: a message with its stand-in, or a view as Slack gets it. */
interface Golden extends Partial<View> {
  text?: string;
  blocks: Block[];
  plain?: Block[];
}

interface Shown {
  name: string;
  surface: Surface;
  golden: Golden;
}

type Surface = "message" | "modal" | "home";

const surfaces: { key: Surface; name: string }[] = [
  { key: "message", name: "Messages" }, { key: "modal", name: "Modals" }, { key: "home", name: "Home tab" },
];

/** Slack gives every block an id; golden files have only those that we give. */
const withIds = (blocks: Block[]) => blocks.map((block, i) => ({ ...block, block_id: block.block_id ?? `b${i}` }));

/** What a client shows that refuses newer blocks is an entry of its own. */
function shownOf(name: string, golden: Golden): Shown[] {
  const surface = (golden.type ?? "message") as Surface;
  const { plain, ...rest } = golden;
  const first = { name, surface, golden: { ...rest, blocks: withIds(golden.blocks) } };
  if (!plain?.length) return [first];
  return [first, { name: `${name}.plain`, surface, golden: { ...rest, blocks: withIds(plain) } }];
}

const people = (id: string) => ({ id, name: id.toLowerCase(), real_name: id.slice(3, 4) + id.slice(4).toLowerCase(), tz: "Europe/Berlin", role: "member" });

/** The moment of all golden files: a Tuesday morning in Berlin. */
const now = new Date("2026-11-24T08:30:00Z");
const ts = (now.getTime() / 1000).toFixed(6);

const idle = async () => null;

/** A session in which everybody exists and a click only says what it would send. */
function stillSession(notices: Notice[], notify: Session["notify"], dismiss: Session["dismiss"]): Session {
  const click: Session["click"] = async (_place, action) => {
    const { action_id, value, selected_option } = action as { action_id: string; value?: string; selected_option?: { value: string } };
    const sent = value ?? selected_option?.value;
    notify(`Would send ${action_id}${sent ? ` with ${sent}` : ""}.`);
    return null;
  };
  return {
    world: { team: { id: "T", name: "Gallery", domain: "gallery" }, now: now.toISOString(), me: "U00ME", app: { id: "A", name: "Headway", bot_user_id: "UBOT", bot_id: "BBOT" }, users: [], channels: [], commands: [], shortcuts: [], files: [] },
    me: people("U00ME"), zone: "Europe/Berlin", now, messages: {}, views: [], home: null, notices, online: true,
    user: (id: string | undefined) => (id ? people(id) : undefined),
    channel: (id: string) => ({ id, name: id.slice(3).toLowerCase(), kind: "channel", members: [] }),
    isApp: (id: string | undefined) => id === "UBOT" || id === "BBOT",
    notify, dismiss, click, suggest: async () => [], submit: idle, close: async () => {}, say: async () => true, slash: async () => true,
    shortcut: async () => {}, openHome: async () => {}, advance: async () => {},
  } as unknown as Session;
}

function useNotices() {
  const [notices, setNotices] = useState<Notice[]>([]);
  const next = useRef(1);
  const dismiss = (id: number) => setNotices((all) => all.filter((n) => n.id !== id));
  const notify = (text: string, bad = false) => {
    const id = next.current++;
    setNotices((all) => [...all.slice(-2), { id, text, bad }]);
    setTimeout(() => dismiss(id), 4000);
  };
  return { notices, notify, dismiss };
}

/** What is looked for stands in the address, so that it can be sent on. */
function useSearch() {
  const read = () => new URLSearchParams(location.search);
  const [search, setSearch] = useState({ words: read().get("q") ?? "", only: read().get("only") ?? "" });
  const look = (part: Partial<typeof search>) => {
    const wanted = { ...search, ...part };
    const query = new URLSearchParams(Object.entries({ q: wanted.words, only: wanted.only }).filter(([, value]) => value)).toString();
    history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    setSearch(wanted);
  };
  return [search, look] as const;
}

function Gallery({ all }: { all: Shown[] }) {
  const [theme, toggle] = useTheme();
  const { notices, notify, dismiss } = useNotices();
  const [search, look] = useSearch();
  useEffect(() => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView(), []);
  const found = useMemo(() => matching(all, search.words, search.only), [all, search]);
  return (
    <SessionContext.Provider value={stillSession(notices, notify, dismiss)}>
      <ConfirmProvider>
        <header class="gallery-bar">
          <h1>Every view of Headway</h1>
          <input class="text-input" type="search" aria-label="Search by name or words" placeholder="Search by name or words" value={search.words}
            onInput={(event) => look({ words: event.currentTarget.value })} />
          <span class="gallery-only" role="group" aria-label="Kind of view">
            {surfaces.map(({ key, name }) => (
              <button type="button" class="button small" aria-pressed={search.only === key} onClick={() => look({ only: search.only === key ? "" : key })} key={key}>{name}</button>
            ))}
          </span>
          <span class="muted" role="status">{found.length} of {all.length}</span>
          <button type="button" class="button small" data-theme-button onClick={toggle}>{theme === "dark" ? "Light" : "Dark"} theme</button>
        </header>
        <main class="gallery">
          {surfaces.map(({ key, name }) => <Group name={name} shown={found.filter((one) => one.surface === key)} key={key} />)}
          {found.length === 0 && <p class="empty">No view has these words.</p>}
        </main>
      </ConfirmProvider>
      <Toasts />
    </SessionContext.Provider>
  );
}

function matching(all: Shown[], words: string, only: string): Shown[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ name, surface, golden }) => {
    if (only && surface !== only) return false;
    const held = wanted.length ? `${name} ${JSON.stringify(golden)}`.toLowerCase() : "";
    return wanted.every((word) => held.includes(word));
  });
}

function Group({ name, shown }: { name: string; shown: Shown[] }) {
  if (!shown.length) return null;
  return (
    <section class="gallery-group" aria-label={name}>
      <h2>{name} <span class="muted">{shown.length}</span></h2>
      <div class="gallery-grid">{shown.map((one) => <Entry shown={one} key={one.name} />)}</div>
    </section>
  );
}

function Entry({ shown: { name, surface, golden } }: { shown: Shown }) {
  return (
    <article class="gallery-entry" id={name} data-golden={name}>
      <h3><a href={`#${name}`}>{name}</a></h3>
      <div class={`gallery-frame gallery-${surface}`}>
        {surface === "message" && <MessageEntry golden={golden} />}
        {surface === "modal" && <ModalEntry golden={golden} />}
        {surface === "home" && <div class="home"><Surfaced blocks={golden.blocks} /></div>}
      </div>
      {golden.text !== undefined && <details><summary>What a notification says</summary><p class="gallery-text">{golden.text}</p></details>}
    </article>
  );
}

function MessageEntry({ golden }: { golden: Golden }) {
  return <MessageView message={{ channel: "C01PAY", ts, user: "UBOT", bot_id: "BBOT", text: golden.text ?? "", blocks: golden.blocks }} follows={false} wanted={false} replies={[]} onHide={() => {}} />;
}

function ModalEntry({ golden }: { golden: Golden }) {
  return (
    <div class="dialog">
      <div class="dialog-head"><AppMark size={28} /><h2>{plainOf(golden.title)}</h2><Icon name="close" /></div>
      <div class="dialog-body"><Surfaced blocks={golden.blocks} /></div>
      <div class="dialog-foot">
        <span class="button">{plainOf(golden.close) || "Close"}</span>
        {golden.submit && <span class="button primary">{plainOf(golden.submit)}</span>}
      </div>
    </div>
  );
}

function Surfaced({ blocks }: { blocks: Block[] }) {
  const surface = useNewSurface({ view_id: "V" }, blocks);
  return <SurfaceContext.Provider value={surface}><Blocks blocks={blocks} /></SurfaceContext.Provider>;
}

async function start() {
  const root = document.getElementById("app")!;
  const response = await fetch("goldens.json");
  if (!response.ok) {
    root.textContent = "The views could not be read. Start headway gallery again, then reload this page.";
    return;
  }
  const goldens: Record<string, Golden> = await response.json();
  render(<Gallery all={Object.keys(goldens).sort().flatMap((name) => shownOf(name, goldens[name]!))} />, root);
}

void start();
