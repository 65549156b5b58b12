// The state of the page: who acts, what the sandbox shows them, and the verbs
// they can use. The sandbox is the only source of truth; the page re-reads what
// an event says has changed.

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import * as api from "./api";
import { zoneOf } from "./time";
import type { Ack, Change, Channel, Message, OptionGroup, Place, StateValues, User, View, World } from "./types";

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

export interface Session {
  world: World;
  me: User;
  zone: string;
  now: Date;
  messages: Record<string, Message[]>;
  views: View[];
  home: View | null;
  notices: Notice[];
  online: boolean;
  user(id: string | undefined): User | undefined;
  channel(id: string): Channel | undefined;
  isApp(id: string | undefined): boolean;
  notify(text: string, bad?: boolean): void;
  dismiss(id: number): void;
  say(channel: string, text: string, threadTs?: string): Promise<boolean>;
  slash(channel: string, command: string, text: string): Promise<boolean>;
  click(place: Place, action: object, values: StateValues): Promise<Ack | null>;
  suggest(place: Place, blockId: string, actionId: string, typed: string): Promise<OptionGroup[]>;
  submit(viewId: string, values: StateValues): Promise<Ack | null>;
  close(viewId: string): Promise<void>;
  shortcut(callbackId: string): Promise<void>;
  openHome(): Promise<void>;
  advance(by: string): Promise<void>;
}

export const SessionContext = createContext<Session>(null as unknown as Session);
export const useSession = () => useContext(SessionContext);

interface Data {
  world: World | null;
  messages: Record<string, Message[]>;
  views: View[];
  home: View | null;
  now: Date;
  online: boolean;
}

const empty: Data = { world: null, messages: {}, views: [], home: null, now: new Date(0), online: true };

/** The session of the acting user; null at the start, and after a change of user the one before until all is read. */
export function useWorkspace(me: string): Session | null {
  const [data, setData] = useState<Data>(empty);
  const patch = useCallback((part: Partial<Data>) => setData((old) => ({ ...old, ...part })), []);
  const { notices, notify, dismiss } = useNotices();
  const reload = useReload(me, setData, notify);
  useEvents(me, reload, patch, notify);
  const { world } = data;
  const verbs = useVerbs(world?.me ?? me, reload, patch, notify);

  return useMemo(() => {
    if (!world) return null;
    const user = (id: string | undefined) => world.users.find((u) => u.id === id);
    const self = user(world.me);
    if (!self) return null;
    const isApp = (id: string | undefined) => id === world.app.bot_user_id || id === world.app.bot_id;
    const channel = (id: string) => world.channels.find((c) => c.id === id);
    return { ...data, ...verbs, world, me: self, zone: zoneOf(self), notices, notify, dismiss, user, channel, isApp };
  }, [data, verbs, notices, notify, dismiss]);
}

type Notify = Session["notify"];
type Reload = ReturnType<typeof useReload>;

function useNotices() {
  const [notices, setNotices] = useState<Notice[]>([]);
  const next = useRef(1);
  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((n) => n.id !== id)), []);
  const notify = useCallback((text: string, bad = false) => {
    const id = next.current++;
    setNotices((all) => (all.some((n) => n.text === text) ? all : [...all, { id, text, bad }]));
    setTimeout(() => dismiss(id), 8000);
  }, []);
  return { notices, notify, dismiss };
}

function useReload(me: string, setData: (f: (old: Data) => Data) => void, notify: Notify) {
  const latest = useRef(me);
  latest.current = me;
  return useMemo(() => {
    const failed = (error: Error) => notify(error.message, true);
    // What still arrives for the person before is of no use.
    const patch = (part: (old: Data) => Partial<Data>) =>
      setData((old) => (latest.current === me ? { ...old, ...part(old) } : old));
    const all = async () => {
      const world = await api.state(me);
      const [lists, views, home] = await Promise.all([
        Promise.all(world.channels.map(async ({ id }) => [id, await api.messages(id, me)])), api.modal(me), api.home(me),
      ]);
      patch(() => ({ world, now: new Date(world.now), messages: Object.fromEntries(lists), views, home }));
    };
    const modal = async () => {
      const views = await api.modal(me);
      patch(() => ({ views }));
    };
    const home = async () => {
      const view = await api.home(me);
      patch(() => ({ home: view }));
    };
    const channel = async (id: string) => {
      const list = await api.messages(id, me);
      patch(({ messages }) => ({ messages: { ...messages, [id]: list } }));
    };
    return {
      all: once(all, failed),
      modal: once(modal, failed),
      home: once(home, failed),
      channel: perKey((id: string) => once(() => channel(id), failed)),
    };
  }, [me]);
}

/** Runs one call at a time; asking again meanwhile makes it run once more after. */
function once(run: () => Promise<void>, failed: (error: Error) => void): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      await run().catch(failed);
    } while (again);
    running = null;
  };
  return () => {
    if (running) again = true;
    else running = loop();
    return running!;
  };
}

function perKey(make: (key: string) => () => Promise<void>): (key: string) => Promise<void> {
  const made = new Map<string, () => Promise<void>>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!();
  };
}

function useEvents(me: string, reload: Reload, patch: (part: Partial<Data>) => void, notify: Notify) {
  useEffect(() => {
    const source = new EventSource(`/control/events?user=${encodeURIComponent(me)}`);
    const apply = (change: Change) => {
      switch (change.kind) {
        case "message": return reload.channel(change.channel);
        case "modal": return reload.modal();
        case "home": return reload.home();
        case "channels": return reload.all();
        case "clock": return patch({ now: new Date(change.now) });
        case "notice": return notify(change.text, true);
      }
    };
    source.addEventListener("change", (event) => apply(JSON.parse((event as MessageEvent).data)));
    // Events missed while the link was down are made up for by reading everything.
    source.onopen = () => {
      patch({ online: true });
      reload.all();
    };
    source.onerror = () => patch({ online: false });
    return () => source.close();
  }, [me, reload]);
}

/** Fields that Slack's own client would refuse come back like errors of the app. */
function refusedFields(error: unknown): Ack {
  if (!(error instanceof api.ControlError) || !error.errors) throw error;
  return { acked: false, payload: { response_action: "errors", errors: error.errors } };
}

function useVerbs(me: string, reload: Reload, patch: (part: Partial<Data>) => void, notify: Notify) {
  return useMemo(() => {
    // That the bot did not acknowledge in time is told by a notice event.
    const attempt = async <T>(run: () => Promise<T>): Promise<T | null> => {
      try {
        return await run();
      } catch (error) {
        notify((error as Error).message, true);
        return null;
      }
    };
    return {
      say: async (channel: string, text: string, threadTs?: string) => {
        const said = await attempt(() => api.say(me, channel, text, threadTs));
        await reload.channel(channel);
        return said !== null;
      },
      slash: async (channel: string, command: string, text: string) =>
        (await attempt(() => api.slash(me, channel, command, text))) !== null,
      click: (place: Place, action: object, values: StateValues) =>
        attempt(() => api.click(me, place, action, values)),
      suggest: async (place: Place, blockId: string, actionId: string, typed: string) => {
        const ack = await attempt(() => api.suggest(me, place, blockId, actionId, typed));
        return ack?.payload?.option_groups ?? [{ options: ack?.payload?.options ?? [] }];
      },
      submit: async (viewId: string, values: StateValues) => {
        const ack = await attempt(() => api.submit(me, viewId, values).catch(refusedFields));
        await reload.modal();
        return ack;
      },
      close: async (viewId: string) => {
        await attempt(() => api.close(me, viewId));
        await reload.modal();
      },
      shortcut: async (callbackId: string) => {
        await attempt(() => api.shortcut(me, callbackId));
      },
      openHome: async () => {
        await attempt(() => api.openHome(me));
        await reload.home();
      },
      advance: async (by: string) => {
        const answer = await attempt(() => api.advance(by));
        if (answer) patch({ now: new Date(answer.now) });
        await reload.all();
      },
    };
  }, [me, reload]);
}
