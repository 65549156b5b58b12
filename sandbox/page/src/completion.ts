// What the composer offers while typing: commands after a slash, people after
// an @, channels after a #; and the text that goes out in Slack's own syntax.

import { nameOf } from "./text";
import type { Session } from "./session";
import type { Command } from "./types";

export interface Suggestion {
  key: string;
  kind: "command" | "user" | "channel";
  title: string;
  note: string;
  /** The composer's text and caret position after choosing this one. */
  text: string;
  caret: number;
}

const most = 8;

export function suggestionsFor(session: Session, text: string, caret: number, commands: boolean): Suggestion[] {
  const word = /(^|\s)([@#])([\p{L}\p{N}._-]*)$/u.exec(text.slice(0, caret));
  if (!word) return commands && text.startsWith("/") ? commandSuggestions(session.world.commands, text) : [];
  const found = word[2] === "@" ? people(session, word[3]!) : channels(session, word[3]!);
  const from = caret - word[3]!.length - 1;
  return found.slice(0, most).map(({ name, note, key, kind }) => {
    const inserted = `${word[2]}${name} `;
    return { key, kind, title: name, note, text: text.slice(0, from) + inserted + text.slice(caret), caret: from + inserted.length };
  });
}

/** Each command once, then once per form of use that its hint names. */
function commandSuggestions(commands: Command[], text: string): Suggestion[] {
  const typed = text.trimEnd().toLowerCase();
  return commands.flatMap(formsOf).filter((s) => s.text.toLowerCase().startsWith(typed) && s.text.trim().toLowerCase() !== typed);
}

function formsOf(command: Command): Suggestion[] {
  const make = (rest: string, note: string): Suggestion => {
    const words = rest.split(/\s+/).filter((word) => /^[\w-]+$/.test(word));
    const text = [command.command, ...words].join(" ") + " ";
    return { key: `${command.command} ${rest}`, kind: "command", title: `${command.command} ${rest}`.trim(), note, text, caret: text.length };
  };
  const forms = (command.usage_hint ?? "").split(/\s*[|·]\s*/).filter(Boolean);
  return [make("", command.description), ...forms.map((form) => make(form, ""))];
}

interface Found {
  key: string;
  kind: "user" | "channel";
  name: string;
  note: string;
}

function people(session: Session, typed: string): Found[] {
  const wanted = typed.toLowerCase();
  return session.world.users
    .filter((user) => !user.deleted && (nameOf(user).toLowerCase().split(" ").some((w) => w.startsWith(wanted)) || user.name.startsWith(wanted)))
    .map((user) => ({ key: user.id, kind: "user", name: nameOf(user), note: user.role }));
}

function channels(session: Session, typed: string): Found[] {
  return session.world.channels
    .filter((channel) => channel.kind === "channel" && channel.name.startsWith(typed.toLowerCase()))
    .map((channel) => ({ key: channel.id, kind: "channel", name: channel.name, note: channel.topic ?? "" }));
}

/** Turns "@Mira Kowalski" and "#payments" into <@U…> and <#C…>, longest names first; the sandbox escapes the rest. */
export function encode(session: Session, text: string, withLabels: boolean): string {
  const names = [
    ...session.world.users.flatMap((user) => [nameOf(user), user.real_name, user.name].map((name) => ({ shown: `@${name}`, id: `@${user.id}`, label: user.name }))),
    ...session.world.channels.filter((c) => c.kind === "channel").map((c) => ({ shown: `#${c.name}`, id: `#${c.id}`, label: c.name })),
  ].sort((a, b) => b.shown.length - a.shown.length);
  if (!names.length) return text;
  const pattern = new RegExp(`(?<![\\w&])(${names.map((n) => n.shown.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})(?![\\w-])`, "gi");
  return text.replace(pattern, (match) => {
    const found = names.find((n) => n.shown.toLowerCase() === match.toLowerCase())!;
    return withLabels ? `<${found.id}|${found.label}>` : `<${found.id}>`;
  });
}
