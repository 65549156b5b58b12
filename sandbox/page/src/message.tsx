// One message: who, when, what, and the way into its thread.

import { linkTo } from "./address";
import { AppMark, Avatar } from "./avatar";
import { Blocks } from "./blocks";
import { Icon } from "./icons";
import { FileView } from "./image";
import { Mrkdwn } from "./mrkdwn";
import { useSession } from "./session";
import { SurfaceContext, useNewSurface } from "./surface";
import { authorOf } from "./text";
import { clockTime, instantOf, shortDay } from "./time";
import type { Message } from "./types";

interface Props {
  message: Message;
  /** The same author went on within a few minutes: no picture, no name. */
  follows: boolean;
  /** A permalink led here. */
  wanted: boolean;
  replies: Message[];
  /** The thread it stands in, if that is what is shown. */
  thread?: string;
  onThread?(): void;
  onHide(): void;
}

export function MessageView({ message, follows, wanted, replies, thread, onThread, onHide }: Props) {
  const { zone } = useSession();
  const at = instantOf(message.ts);
  const time = <time class="time" dateTime={at.toISOString()} title={`${shortDay(at, zone)}, ${clockTime(at, zone)}`}>{clockTime(at, zone)}</time>;
  return (
    <article class={`message${follows ? " follows" : ""}${wanted ? " wanted" : ""}${message.ephemeral_to ? " ephemeral" : ""}`} data-ts={message.ts}>
      <div class="gutter">{follows ? time : <AuthorPicture message={message} />}</div>
      <div class="message-body">
        {message.ephemeral_to && <p class="only-you"><Icon name="eye" size={14} /> Only visible to you</p>}
        {!follows && <div class="byline"><AuthorName message={message} />{time}</div>}
        <Content message={message} key={message.edited?.ts} />
        {message.files?.map((file) => <FileView file={file} key={file.id} />)}
        {message.edited && <span class="edited">(edited)</span>}
        {message.ephemeral_to && <button type="button" class="link" onClick={onHide}>Dismiss message</button>}
        {replies.length > 0 && onThread && <ThreadSummary replies={replies} onThread={onThread} />}
      </div>
      {!message.ephemeral_to && (
        <div class="hover-tools">
          {onThread && <button type="button" class="tool" aria-label="Reply in thread" title="Reply in thread" onClick={onThread}><Icon name="reply" size={18} /></button>}
          <CopyLink message={message} thread={thread} />
        </div>
      )}
    </article>
  );
}

const byApp = (message: Message, isApp: (id: string | undefined) => boolean) => !!message.bot_id || isApp(message.user);

function AuthorPicture({ message }: { message: Message }) {
  const session = useSession();
  return byApp(message, session.isApp) ? <AppMark size={36} /> : <Avatar user={session.user(message.user)} size={36} />;
}

function CopyLink({ message, thread }: { message: Message; thread?: string }) {
  const { world, me, notify } = useSession();
  const copy = async () => {
    const link = linkTo({ team: world.team.id, user: me.id, channel: message.channel, thread, ts: message.ts });
    await navigator.clipboard.writeText(link).then(() => notify("The link is copied."), () => notify(`This browser does not let the page copy. The link is ${link}`, true));
  };
  return <button type="button" class="tool" aria-label="Copy link" title="Copy link" onClick={copy}><Icon name="link" size={18} /></button>;
}

function AuthorName({ message }: { message: Message }) {
  const session = useSession();
  return <><span class="author">{authorOf(session, message)}</span>{byApp(message, session.isApp) && <span class="badge">APP</span>}</>;
}

function Content({ message }: { message: Message }) {
  const surface = useNewSurface({ channel: message.channel, ts: message.ts }, message.blocks ?? []);
  if (!message.blocks?.length) return <div class="blocks"><Mrkdwn text={message.text} /></div>;
  return <SurfaceContext.Provider value={surface}><Blocks blocks={message.blocks} /></SurfaceContext.Provider>;
}

function ThreadSummary({ replies, onThread }: { replies: Message[]; onThread: () => void }) {
  const { zone } = useSession();
  const last = instantOf(replies.at(-1)!.ts);
  return (
    <button type="button" class="thread-summary" onClick={onThread}>
      <AuthorPicture message={replies.at(-1)!} />
      <b>{replies.length} {replies.length === 1 ? "reply" : "replies"}</b>
      <span class="muted">Last on {shortDay(last, zone)} at {clockTime(last, zone)}</span>
    </button>
  );
}
