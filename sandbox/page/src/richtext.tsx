// rich_text blocks: sections, lists, quotes and preformatted text.

import type { ComponentChildren } from "preact";
import { Broadcast, ChannelMention, Emoji, Link, SlackDate, UserMention } from "./text";
import type { RichInline, RichPart, RichStyle } from "./types";

export function RichText({ parts }: { parts: RichPart[] }) {
  return <div class="rich-text">{parts.map((part) => <Part part={part} />)}</div>;
}

function Part({ part }: { part: RichPart }) {
  switch (part.type) {
    case "rich_text_list": return <List part={part} />;
    case "rich_text_quote": return <blockquote><Inlines of={part.elements as RichInline[]} /></blockquote>;
    case "rich_text_preformatted": return <pre><Inlines of={part.elements as RichInline[]} /></pre>;
    default: return <div class="rich-section"><Inlines of={part.elements as RichInline[]} /></div>;
  }
}

function List({ part }: { part: RichPart }) {
  const items = (part.elements as RichPart[]).map((item) => <li><Inlines of={item.elements as RichInline[]} /></li>);
  const className = `rich-list indent-${Math.min(part.indent ?? 0, 4)}`;
  return part.style === "ordered"
    ? <ol class={className} start={(part.offset ?? 0) + 1}>{items}</ol>
    : <ul class={className}>{items}</ul>;
}

export function Inlines({ of }: { of: RichInline[] }) {
  return <>{of.map((piece) => styled(<Inline piece={piece} />, piece.style))}</>;
}

function Inline({ piece }: { piece: RichInline }) {
  switch (piece.type) {
    case "link": return <Link url={piece.url ?? ""}>{piece.text}</Link>;
    case "user": return <UserMention id={piece.user_id ?? ""} />;
    case "channel": return <ChannelMention id={piece.channel_id ?? ""} />;
    case "usergroup": return <span class="mention">@{piece.usergroup_id}</span>;
    case "broadcast": return <Broadcast range={piece.range ?? "here"} />;
    case "emoji": return <Emoji name={piece.name ?? ""} unicode={piece.unicode} />;
    case "color": return <code>{piece.value}</code>;
    case "date":
      return <SlackDate unix={piece.timestamp ?? NaN} pattern={piece.format ?? ""} url={piece.url} fallback={piece.fallback} />;
    default: return <>{piece.text}</>;
  }
}

function styled(node: ComponentChildren, style: RichStyle | undefined): ComponentChildren {
  if (style?.code) node = <code>{node}</code>;
  if (style?.bold) node = <strong>{node}</strong>;
  if (style?.italic) node = <em>{node}</em>;
  if (style?.strike) node = <s>{node}</s>;
  if (style?.underline) node = <u>{node}</u>;
  return node;
}
