// The list of messages of a conversation, or of one thread: days, authors, what
// is new, and the way to earlier and newer ones.

import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { useHidden } from "./hidden";
import { Icon } from "./icons";
import { MessageView } from "./message";
import { useScroll, useWindow } from "./scroll";
import { useSession } from "./session";
import { dayTitle, instantOf, isoDay } from "./time";
import type { Message } from "./types";

interface Props {
  label: string;
  messages: Message[];
  /** Replies by the ts of their parent; absent inside a thread. */
  replies?: Map<string, Message[]>;
  /** The ts of the thread that these are, if so. */
  thread?: string;
  onThread?(ts: string): void;
  /** The message a permalink led to. */
  wanted?: string;
  /** The ts of the last message seen before now; empty when that is not known. */
  readTo?: string;
  empty?: string;
}

const groupedWithinSeconds = 300;

export function Messages({ label, messages, replies, thread, onThread, wanted, readTo = "", empty }: Props) {
  const { zone, now, me } = useSession();
  // Only what came before the list was opened is marked; the rest arrives under one's eyes.
  const [firstNew] = useState(() => readTo && messages.find((message) => message.ts > readTo && message.user !== me.id)?.ts);
  const { shown: all, hide } = useHidden(messages);
  const { shown, earlier, more, trim } = useWindow(all, wanted);
  const { log, leftAt, toNewest, hold } = useScroll({ messages: shown, wanted, isOwn: (message) => message.user === me.id || message.ephemeral_to === me.id, onTop: more, onBottom: trim });
  const onHide = (message: Message) => {
    hide(message);
    log.current!.focus();
  };
  const onEarlier = () => {
    hold();
    more();
  };
  return (
    <div class="log-frame">
      <div class="log" role="log" aria-label={label} aria-live="off" tabIndex={0} ref={log}>
        <div class="log-top">{earlier > 0 && <button type="button" class="button small" onClick={onEarlier}>Show earlier messages ({earlier.toLocaleString("en-GB")})</button>}</div>
        {shown.length === 0 && empty && <p class="empty">{empty}</p>}
        {shown.map((message, i) => {
          const before = shown[i - 1];
          const newDay = !before || dayOf(before, zone) !== dayOf(message, zone);
          const isNew = message.ts === firstNew;
          return (
            <Fragment key={message.ts}>
              {newDay && <div class="day" role="separator"><span>{dayTitle(instantOf(message.ts), now, zone)}</span></div>}
              {isNew && <div class="new-line" role="separator"><span>New</span></div>}
              <MessageView message={message} wanted={message.ts === wanted} follows={!newDay && !isNew && follows(before!, message)} replies={replies?.get(message.ts) ?? []}
                thread={thread} onThread={onThread && (() => onThread(message.ts))} onHide={() => onHide(message)} />
            </Fragment>
          );
        })}
      </div>
      {leftAt !== null && <ToNewest fresh={all.filter(({ ts, user }) => ts > leftAt && user !== me.id).length} onClick={toNewest} />}
    </div>
  );
}

function ToNewest({ fresh, onClick }: { fresh: number; onClick(): void }) {
  const text = fresh === 0 ? "Newest" : `${fresh} new ${fresh === 1 ? "message" : "messages"}`;
  return <button type="button" class={fresh ? "to-newest fresh" : "to-newest"} onClick={onClick}><Icon name="down" size={16} />{text}</button>;
}

const dayOf = (message: Message, zone: string) => isoDay(instantOf(message.ts), zone);

function follows(before: Message, message: Message): boolean {
  const sameAuthor = before.user === message.user && before.bot_id === message.bot_id && before.username === message.username;
  const soon = Number(message.ts) - Number(before.ts) < groupedWithinSeconds;
  return sameAuthor && soon && !before.ephemeral_to && !message.ephemeral_to;
}
