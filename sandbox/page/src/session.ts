// The state of the page: who acts, what the sandbox shows them, and the verbs
// they can use.

import { createContext } from "preact";
import { useCallback, useContext, useMemo, useRef, useState } from "preact/hooks";
import * as api from "./api";
import type { Data, Notify, Reload, SetData } from "./live";
import { empty, useEvents, useReload } from "./live";
import { zoneOf } from "./time";
import type { Ack, Channel, Message, OptionGroup, Place, StateValues, Team, User, View, World } from "./types";

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

export interface Session {
  /** All workspaces; world is that of the one that is open. */
  teams: Team[];
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

/**
 * The session of the acting person. Null at the start, with the reason when
 * nothing could be read; after a change of person or workspace the one before
 * until all is read.
 */
export function useWorkspace(team: string, user: string): { session: Session | null; failed: string } {
  const who = useMemo(() => ({ team, user }), [team, user]);
  const [data, setData] = useState<Data>(empty);
  const { notices, notify, dismiss } = useNotices();
  const reload = useReload(who, setData, notify);
  useEvents(who, reload, setData, notify);
  const { world } = data;
  const acting = useMemo(() => (world ? { team: world.team.id, user: world.me } : who), [world?.team.id, world?.me]);
  const verbs = useVerbs(acting, reload, setData, notify);

  return useMemo(() => {
    if (!world) return { session: null, failed: data.failed };
    const byId = new Map(world.users.map((u) => [u.id, u]));
    const isApp = (id: string | undefined) => id === world.app.bot_user_id || id === world.app.bot_id;
    const session: Session = {
      ...data, ...verbs, world, me: byId.get(world.me)!, zone: zoneOf(byId.get(world.me)), notices, notify, dismiss, isApp,
      user: (id) => byId.get(id ?? ""),
      channel: (id) => world.channels.find((c) => c.id === id),
    };
    return { session, failed: "" };
  }, [data, verbs, notices, notify, dismiss]);
}

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

/** Fields that Slack's own client would refuse come back like errors of the app. */
function refusedFields(error: unknown): Ack {
  if (!(error instanceof api.ControlError) || !error.errors) throw error;
  return { acked: false, payload: { response_action: "errors", errors: error.errors } };
}

function useVerbs(who: api.Who, reload: Reload, setData: SetData, notify: Notify) {
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
        const said = await attempt(() => api.say(who, channel, text, threadTs));
        await reload.channel(channel);
        return said !== null;
      },
      slash: async (channel: string, command: string, text: string) =>
        (await attempt(() => api.slash(who, channel, command, text))) !== null,
      click: (place: Place, action: object, values: StateValues) =>
        attempt(() => api.click(who, place, action, values)),
      suggest: async (place: Place, blockId: string, actionId: string, typed: string) => {
        const ack = await attempt(() => api.suggest(who, place, blockId, actionId, typed));
        return ack?.payload?.option_groups ?? [{ options: ack?.payload?.options ?? [] }];
      },
      submit: async (viewId: string, values: StateValues) => {
        const ack = await attempt(() => api.submit(who, viewId, values).catch(refusedFields));
        await reload.modal();
        return ack;
      },
      close: async (viewId: string) => {
        await attempt(() => api.close(who, viewId));
        await reload.modal();
      },
      shortcut: async (callbackId: string) => {
        await attempt(() => api.shortcut(who, callbackId));
      },
      openHome: async () => {
        await attempt(() => api.openHome(who));
        await reload.home();
      },
      advance: async (by: string) => {
        const answer = await attempt(() => api.advance(by));
        if (answer) setData((old) => ({ ...old, now: new Date(answer.now) }));
        await reload.all();
      },
    };
  }, [who, reload]);
}
