// Slack's mrkdwn, built as nodes: bold, italic, strike, code, quotes, links,
// mentions, dates and emoji. Bullets stay the characters they are, as in Slack,
// but wrapped lines hang below their text.

import type { ComponentChildren } from "preact";
import { Broadcast, ChannelMention, Emoji, Link, SlackDate, UserMention } from "./text";

interface Props {
  text: string;
  verbatim?: boolean;
}

export function Mrkdwn({ text, verbatim }: Props) {
  const parts = text.split(/```\n?([\s\S]*?)```\n?/g);
  return <div class="mrkdwn">{parts.map((part, i) => (i % 2 ? <pre>{unescape(part)}</pre> : lines(part, !verbatim)))}</div>;
}

/** Groups the lines of one stretch without code blocks into quotes and text. */
function lines(text: string, autolink: boolean): ComponentChildren {
  const out: ComponentChildren[] = [];
  let quote: string[] = [];
  const flush = () => {
    if (quote.length) out.push(<blockquote>{quote.map((line) => <div>{inline(line, autolink)}</div>)}</blockquote>);
    quote = [];
  };
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      quote.push(quoted[1]!);
      continue;
    }
    flush();
    out.push(oneLine(line, autolink));
  }
  flush();
  return text ? out : null;
}

function oneLine(line: string, autolink: boolean) {
  if (line === "") return <div class="blank" />;
  const bullet = /^(\s*)([•◦▪*-]|\d+\.)\s+(.*)$/.exec(line);
  if (!bullet) return <div>{inline(line, autolink)}</div>;
  const depth = Math.min(3, Math.floor(bullet[1]!.length / 2));
  return (
    <div class={`bullet bullet-${depth}`}>
      <span class="bullet-mark">{bullet[2]}</span>
      <span>{inline(bullet[3]!, autolink)}</span>
    </div>
  );
}

const token = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+):|(https?:\/\/[^\s<>|]+)|([*_~])/g;
const tags = { "*": "strong", "_": "em", "~": "s" } as const;

/** The formatted pieces of one line. */
function inline(text: string, autolink: boolean): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let from = 0;
  const plain = (to: number) => from < to && out.push(unescape(text.slice(from, to)));
  for (let match: RegExpExecArray | null, at = 0; (match = find(text, at)); ) {
    const [node, end] = render(text, match, autolink);
    at = end;
    if (node === null) continue;
    plain(match.index);
    out.push(node);
    from = end;
  }
  plain(text.length);
  return out;
}

function find(text: string, at: number): RegExpExecArray | null {
  token.lastIndex = at;
  return token.exec(text);
}

/** The node for a match and where to go on; null leaves the characters as they are. */
function render(text: string, match: RegExpExecArray, autolink: boolean): [ComponentChildren, number] {
  const [all, code, entity, emoji, url, marker] = match;
  const end = match.index + all.length;
  if (code !== undefined) return [<code>{unescape(code)}</code>, end];
  if (entity !== undefined) return [<Entity of={entity} />, end];
  if (emoji !== undefined) return [<Emoji name={emoji} />, end];
  if (url !== undefined) return autolink ? [<Link url={unescape(url)} />, end] : [null, end];
  const close = closing(text, match.index, marker!);
  if (close < 0) return [null, end];
  const Tag = tags[marker as keyof typeof tags];
  return [<Tag>{inline(text.slice(end, close), autolink)}</Tag>, close + 1];
}

/** A marker opens at a word's start and closes at a word's end, on one line. */
function closing(text: string, open: number, marker: string): number {
  const wordish = /[\p{L}\p{N}]/u;
  if (open > 0 && wordish.test(text[open - 1]!)) return -1;
  if (!text[open + 1] || /\s/.test(text[open + 1]!) || text[open + 1] === marker) return -1;
  for (let at = text.indexOf(marker, open + 2); at > 0; at = text.indexOf(marker, at + 1)) {
    const after = text[at + 1];
    if (!/\s/.test(text[at - 1]!) && (after === undefined || !wordish.test(after))) return at;
  }
  return -1;
}

/** What stands between < and >: a mention, a date or a link with its label. */
function Entity({ of }: { of: string }) {
  const bar = of.indexOf("|");
  const target = bar < 0 ? of : of.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(of.slice(bar + 1));
  if (target.startsWith("@")) return <UserMention id={target.slice(1)} label={label} />;
  if (target.startsWith("#")) return <ChannelMention id={target.slice(1)} label={label} />;
  if (target.startsWith("!date^")) {
    const [, unix, pattern, url] = target.split("^");
    return <SlackDate unix={Number(unix)} pattern={pattern ?? ""} url={url} fallback={label} />;
  }
  if (target.startsWith("!subteam^")) return <span class="mention">{label ?? "@group"}</span>;
  if (target.startsWith("!")) return <Broadcast range={target.slice(1)} />;
  return <Link url={unescape(target)}>{label}</Link>;
}

/** Slack escapes exactly these three characters. */
export function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
