// What the page holds of the sandbox, kept true by its stream of events. The
// sandbox is the only source of truth; the page re-reads what an event says has
// changed.

import { useEffect, useMemo, useRef } from "preact/hooks";
import * as api from "./api";
import type { Change, Message, Team, View, World } from "./types";

export interface Data {
  teams: Team[];
  world: World | null;
  messages: Record<string, Message[]>;
  views: View[];
  home: View | null;
  now: Date;
  online: boolean;
  /** Why nothing could be read at the start; empty when something could. */
  failed: string;
}

export const empty: Data = { teams: [], world: null, messages: {}, views: [], home: null, now: new Date(0), online: true, failed: "" };

export type SetData = (change: (old: Data) => Data) => void;

export type Notify = (text: string, bad?: boolean) => void;

export type Reload = ReturnType<typeof useReload>;

/** The ways to read anew, each at most once at a time. */
export function useReload(who: api.Who, setData: SetData, notify: Notify) {
  const latest = useRef(who);
  latest.current = who;
  return useMemo(() => {
    const failed = (error: Error) => {
      if (latest.current !== who) return;
      setData((old) => (old.world ? old : { ...old, failed: error.message }));
      notify(error.message, true);
    };
    // What still arrives for the person before is of no use.
    const patch = (part: (old: Data) => Partial<Data>) =>
      setData((old) => (latest.current === who ? { ...old, ...part(old) } : old));
    const read = new Map<string, string>(); // channel → up to which stamp its messages were read
    let reading = false;

    const everything = async () => {
      reading = true;
      try {
        const [teams, world] = await Promise.all([api.teams(), api.state(who)]);
        const [lists, views, home] = await Promise.all([
          Promise.all(world.channels.map(async ({ id }) => [id, await api.messages(who, id)] as const)), api.modal(who), api.home(who),
        ]);
        read.clear();
        for (const [id, list] of lists) read.set(id, lastStamp(list));
        patch(() => ({ teams, world, now: new Date(world.now), messages: Object.fromEntries(lists), views, home, failed: "" }));
      } finally {
        reading = false;
      }
    };
    const modal = async () => {
      const views = await api.modal(who);
      patch(() => ({ views }));
    };
    const home = async () => {
      const view = await api.home(who);
      patch(() => ({ home: view }));
    };
    const news = async (id: string) => {
      const changed = await api.messages(who, id, read.get(id));
      if (!changed.length) return;
      read.set(id, lastStamp(changed));
      patch(({ messages }) => ({ messages: { ...messages, [id]: merged(messages[id] ?? [], changed) } }));
    };
    const all = once(everything, failed);
    const perChannel = perKey((id: string) => once(() => news(id), failed));
    return {
      all,
      modal: once(modal, failed),
      home: once(home, failed),
      // What is read in full meanwhile may have been read too early.
      channel: (id: string) => (reading ? all() : perChannel(id)),
      without: (id: string, ts: string) => {
        if (reading) return void all();
        patch(({ messages }) => ({ messages: { ...messages, [id]: (messages[id] ?? []).filter((message) => message.ts !== ts) } }));
      },
    };
  }, [who]);
}

/** The latest ts or ts of an edit; both are text that sorts by time. */
function lastStamp(list: Message[]): string {
  return list.reduce((last, { ts, edited }) => [last, ts, edited?.ts ?? ""].reduce((a, b) => (a > b ? a : b)), "");
}

function merged(list: Message[], changed: Message[]): Message[] {
  const byTs = new Map([...list, ...changed].map((message) => [message.ts, message]));
  return [...byTs.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1));
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

const pauseBeforeRetry = 2000;

/** Follows the stream of events, and opens it again for as long as the page stands. */
export function useEvents(who: api.Who, reload: Reload, setData: SetData, notify: Notify) {
  useEffect(() => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout>;
    const patch = (part: Partial<Data>) => setData((old) => ({ ...old, ...part }));
    const apply = (change: Change) => {
      switch (change.kind) {
        case "message": return change.deleted ? reload.without(change.channel, change.ts) : reload.channel(change.channel);
        case "modal": return reload.modal();
        case "home": return reload.home();
        case "channels": return reload.all();
        case "clock": return patch({ now: new Date(change.now) });
        case "notice": return notify(change.text, true);
      }
    };
    const listen = () => {
      source = api.events(who);
      source.addEventListener("change", (event) => apply(JSON.parse((event as MessageEvent).data)));
      // Events missed while the link was down are made up for by reading everything.
      source.onopen = () => {
        patch({ online: true });
        void reload.all();
      };
      source.onerror = () => {
        patch({ online: false });
        // After an answer other than a stream the browser gives up by itself.
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(listen, pauseBeforeRetry);
      };
    };
    listen();
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, [who, reload]);
}
