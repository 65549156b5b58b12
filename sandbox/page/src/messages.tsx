// The list of messages of a conversation, or of one thread: days, authors,
// and the scroll that stays at the newest unless someone reads further up.

import { Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { MessageView } from "./message";
import { useSession } from "./session";
import { dayTitle, instantOf, isoDay } from "./time";
import type { Message } from "./types";

interface Props {
  label: string;
  messages: Message[];
  /** Replies by the ts of their parent; absent inside a thread. */
  replies?: Map<string, Message[]>;
  onThread?(ts: string): void;
  /** The message a permalink led to. */
  wanted?: string;
  empty?: string;
}

const groupedWithinSeconds = 300;

export function Messages({ label, messages, replies, onThread, wanted, empty }: Props) {
  const { zone, now } = useSession();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = messages.filter((message) => !hidden.has(message.ts));
  const log = useStickyBottom(shown, wanted);
  return (
    <div class="log" role="log" aria-label={label} aria-live="polite" tabIndex={0} ref={log}>
      <div class="log-top" />
      {shown.length === 0 && empty && <p class="empty">{empty}</p>}
      {shown.map((message, i) => {
        const before = shown[i - 1];
        const newDay = !before || dayOf(before, zone) !== dayOf(message, zone);
        return (
          <Fragment key={message.ts}>
            {newDay && <div class="day" role="separator"><span>{dayTitle(instantOf(message.ts), now, zone)}</span></div>}
            <MessageView message={message} wanted={message.ts === wanted} follows={!newDay && follows(before!, message)} replies={replies?.get(message.ts) ?? []}
              onThread={onThread && (() => onThread(message.ts))} onHide={() => setHidden(new Set([...hidden, message.ts]))} />
          </Fragment>
        );
      })}
    </div>
  );
}

const dayOf = (message: Message, zone: string) => isoDay(instantOf(message.ts), zone);

function follows(before: Message, message: Message): boolean {
  const sameAuthor = before.user === message.user && before.bot_id === message.bot_id && before.username === message.username;
  const soon = Number(message.ts) - Number(before.ts) < groupedWithinSeconds;
  return sameAuthor && soon && !before.ephemeral_to && !message.ephemeral_to;
}

function useStickyBottom(messages: Message[], wanted: string | undefined) {
  const log = useRef<HTMLDivElement>(null);
  const atBottom = useRef(!wanted);
  const newest = messages.at(-1)?.ts;
  useLayoutEffect(() => {
    const element = log.current!;
    const remember = () => {
      atBottom.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    const follow = () => {
      if (atBottom.current) element.scrollTop = element.scrollHeight;
    };
    element.addEventListener("scroll", remember);
    const sizes = new ResizeObserver(follow);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    follow();
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", remember);
    };
  }, [newest, messages.length]);
  useLayoutEffect(() => {
    log.current!.querySelector(".message.wanted")?.scrollIntoView({ block: "center" });
  }, [wanted]);
  return log;
}
