// Standard Markdown of the markdown block: headings, lists, tables, quotes, code
// and the usual emphasis, built as nodes.

import type { ComponentChildren } from "preact";
import { Emoji, Link, UserMention, ChannelMention } from "./text";

export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{blocks(text.replaceAll("\r\n", "\n").split("\n"))}</div>;
}

type Rule = (lines: string[], at: number) => [ComponentChildren, number] | null;

const rules: Rule[] = [blank, fence, heading, ruler, quote, table, list];

function blocks(lines: string[]): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  for (let at = 0; at < lines.length; ) {
    const [node, next] = firstRule(lines, at) ?? paragraph(lines, at);
    out.push(node);
    at = next;
  }
  return out;
}

function firstRule(lines: string[], at: number) {
  for (const rule of rules) {
    const found = rule(lines, at);
    if (found) return found;
  }
  return null;
}

function blank(lines: string[], at: number): ReturnType<Rule> {
  return lines[at]!.trim() === "" ? [null, at + 1] : null;
}

function fence(lines: string[], at: number): ReturnType<Rule> {
  if (!lines[at]!.startsWith("```")) return null;
  const end = lines.findIndex((line, i) => i > at && line.startsWith("```"));
  const stop = end < 0 ? lines.length : end;
  return [<pre>{lines.slice(at + 1, stop).join("\n")}</pre>, stop + 1];
}

function heading(lines: string[], at: number): ReturnType<Rule> {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]!);
  if (!match) return null;
  const level = match[1]!.length;
  return [<div class={`heading heading-${Math.min(level, 4)}`} role="heading" aria-level={level + 2}>{inline(match[2]!)}</div>, at + 1];
}

function ruler(lines: string[], at: number): ReturnType<Rule> {
  return /^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[at]!) ? [<hr />, at + 1] : null;
}

function quote(lines: string[], at: number): ReturnType<Rule> {
  const end = runOf(lines, at, /^\s*>/);
  return end > at ? [<blockquote>{blocks(lines.slice(at, end).map((l) => l.replace(/^\s*>\s?/, "")))}</blockquote>, end] : null;
}

function table(lines: string[], at: number): ReturnType<Rule> {
  if (!lines[at]!.includes("|") || !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? "")) return null;
  const end = runOf(lines, at + 2, /\|/);
  const cells = (line: string) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => inline(cell.trim()));
  return [
    <div class="table-frame">
      <table>
        <thead><tr>{cells(lines[at]!).map((cell) => <th scope="col">{cell}</th>)}</tr></thead>
        <tbody>{lines.slice(at + 2, end).map((line) => <tr>{cells(line).map((cell) => <td>{cell}</td>)}</tr>)}</tbody>
      </table>
    </div>,
    end,
  ];
}

const item = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

function list(lines: string[], at: number): ReturnType<Rule> {
  const first = item.exec(lines[at]!);
  if (!first) return null;
  const depth = first[1]!.length;
  const ordered = /\d/.test(first[2]!);
  const items: ComponentChildren[] = [];
  while (at < lines.length) {
    const match = item.exec(lines[at]!);
    if (!match || match[1]!.length !== depth) break;
    const end = endOfItem(lines, at + 1, depth);
    items.push(<li>{inline(match[3]!)}{blocks(lines.slice(at + 1, end))}</li>);
    at = end;
  }
  return [ordered ? <ol start={parseInt(first[2]!, 10)}>{items}</ol> : <ul>{items}</ul>, at];
}

/** Lines indented deeper than the item's own mark belong to it. */
function endOfItem(lines: string[], at: number, depth: number): number {
  while (at < lines.length && lines[at]!.trim() && /^\s*/.exec(lines[at]!)![0].length > depth) at++;
  return at;
}

function paragraph(lines: string[], at: number): [ComponentChildren, number] {
  let end = at + 1;
  while (end < lines.length && !firstRule(lines, end)) end++;
  const text = lines.slice(at, end);
  return [<p>{text.map((line, i) => <>{i > 0 && <br />}{inline(line)}</>)}</p>, end];
}

function runOf(lines: string[], at: number, like: RegExp): number {
  while (at < lines.length && like.test(lines[at]!)) at++;
  return at;
}

const patterns: [RegExp, (match: RegExpExecArray) => ComponentChildren][] = [
  [/`([^`]+)`/, (m) => <code>{m[1]}</code>],
  [/!?\[([^\]]*)\]\(([^)\s]+)\)/, (m) => <Link url={m[2]!}>{inline(m[1]!)}</Link>],
  [/<(https?:[^>\s]+)>/, (m) => <Link url={m[1]!} />],
  [/<@(\w+)(?:\|[^>]*)?>/, (m) => <UserMention id={m[1]!} />],
  [/<#(\w+)(?:\|[^>]*)?>/, (m) => <ChannelMention id={m[1]!} />],
  [/\*\*(\S(?:.*?\S)?)\*\*|__(\S(?:.*?\S)?)__/, (m) => <strong>{inline(m[1] ?? m[2]!)}</strong>],
  [/~~(\S(?:.*?\S)?)~~/, (m) => <s>{inline(m[1]!)}</s>],
  [/\*([^\s*](?:[^*]*[^\s*])?)\*|\b_(\S(?:[^_]*\S)?)_\b/, (m) => <em>{inline(m[1] ?? m[2]!)}</em>],
  [/:([a-z0-9_+-]+):/, (m) => <Emoji name={m[1]!} />],
  [/https?:\/\/[^\s<>)]+/, (m) => <Link url={m[0]} />],
];

/** Takes the earliest match of any pattern, then goes on behind it. */
function inline(text: string): ComponentChildren[] {
  let best: { match: RegExpExecArray; build: (m: RegExpExecArray) => ComponentChildren } | null = null;
  for (const [pattern, build] of patterns) {
    const match = pattern.exec(text);
    if (match && (!best || match.index < best.match.index)) best = { match, build };
  }
  if (!best) return text ? [text.replace(/\\([\\`*_{}[\]()#+.!|~-])/g, "$1")] : [];
  const { match, build } = best;
  return [text.slice(0, match.index), build(match), ...inline(text.slice(match.index + match[0].length))];
}
