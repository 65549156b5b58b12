// The small pieces that all text formats share: links, mentions, emoji, dates.
// Text from outside becomes text nodes only, never markup.

import type { ComponentChildren } from "preact";
import { emojiOf } from "./emoji";
import type { Session } from "./session";
import { useSession } from "./session";
import { slackDate } from "./time";
import type { Message, TextObject } from "./types";
import { Mrkdwn } from "./mrkdwn";

const safeSchemes = /^(https?|mailto|tel):/i;

export function Link({ url, children }: { url: string; children?: ComponentChildren }) {
  if (!safeSchemes.test(url)) return <>{children ?? url}</>;
  return <a href={url} target="_blank" rel="noopener noreferrer">{children ?? url}</a>;
}

export function UserMention({ id, label }: { id: string; label?: string }) {
  const session = useSession();
  const user = session.user(id);
  const name = user ? nameOf(user) : session.isApp(id) ? session.world.app.name : (label ?? id);
  return <span class={id === session.me.id ? "mention mention-me" : "mention"}>@{name}</span>;
}

export const nameOf = (user: { display_name?: string; real_name: string }) => user.display_name || user.real_name;

export function authorOf(session: Session, message: Message): string {
  if (message.bot_id || session.isApp(message.user)) return message.username ?? session.world.app.name;
  const user = session.user(message.user);
  return user ? nameOf(user) : "Someone";
}

/** The text without its markup, for one or two lines. */
export const preview = (message: Message) =>
  message.text.replace(/<([^<>|]*\|)?([^<>]*)>/g, "$2").replace(/[*_~`]/g, "").slice(0, 140) || "A message with blocks";

export function ChannelMention({ id, label }: { id: string; label?: string }) {
  return <span class="mention">#{useSession().channel(id)?.name ?? label ?? "private channel"}</span>;
}

export function Broadcast({ range }: { range: string }) {
  return <span class="mention mention-me">@{range}</span>;
}

export function Emoji({ name, unicode }: { name: string; unicode?: string }) {
  const glyph = unicode
    ? String.fromCodePoint(...unicode.split("-").map((hex) => parseInt(hex, 16)))
    : emojiOf(name);
  return glyph ? <span class="emoji" role="img" aria-label={name}>{glyph}</span> : <>:{name}:</>;
}

interface SlackDateProps {
  unix: number;
  pattern: string;
  url?: string;
  fallback?: string;
}

export function SlackDate({ unix, pattern, url, fallback }: SlackDateProps) {
  const { now, zone } = useSession();
  const text = Number.isFinite(unix) ? slackDate(unix, pattern, now, zone) : fallback;
  return url ? <Link url={url}>{text}</Link> : <time title={fallback}>{text}</time>;
}

/** A text object of Block Kit, in its own format. */
export function Text({ of }: { of: TextObject | string | undefined }) {
  if (!of) return null;
  if (typeof of === "string") return <Plain text={of} />;
  return of.type === "mrkdwn" ? <Mrkdwn text={of.text} verbatim={of.verbatim} /> : <Plain text={of.text} />;
}

/** Plain text knows emoji shortcodes and line breaks, nothing else. */
export function Plain({ text }: { text: string }) {
  const parts = text.split(/(:[a-z0-9_+'-]+:)/g);
  return <>{parts.map((part, i) => (i % 2 ? <Emoji name={part.slice(1, -1)} /> : part))}</>;
}

export const plainOf = (text: TextObject | string | undefined): string =>
  (typeof text === "string" ? text : text?.text) ?? "";
