// Dates and times as the acting person sees them: in their own zone.

import type { User } from "./types";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
    formats.set(key, known);
  }
  return known;
}

export const zoneOf = (user?: User) => user?.tz || "UTC";

/** ts is Slack's message id, "seconds.micros". */
export const instantOf = (ts: string) => new Date(Number(ts) * 1000);

export const clockTime = (at: Date, zone: string) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(at);

/** 2026-11-24 in the zone; also the value of a date input. */
export function isoDay(at: Date, zone: string): string {
  const part = partsOf(at, zone);
  return `${part.year}-${part.month}-${part.day}`;
}

export function longDay(at: Date, zone: string): string {
  return format(zone, { weekday: "long", day: "numeric", month: "long" }).format(at).replace(",", "");
}

export function shortDay(at: Date, zone: string): string {
  return format(zone, { weekday: "short", day: "numeric", month: "short" }).format(at).replace(",", "");
}

/** "Today", "Yesterday" or the weekday and date; with the year when it is another one. */
export function dayTitle(at: Date, now: Date, zone: string): string {
  const day = isoDay(at, zone);
  if (day === isoDay(now, zone)) return "Today";
  if (day === isoDay(new Date(now.getTime() - 864e5), zone)) return "Yesterday";
  const year = day.slice(0, 4);
  return longDay(at, zone) + (year === isoDay(now, zone).slice(0, 4) ? "" : ` ${year}`);
}

/** The city of an IANA zone: "Europe/Berlin" → "Berlin". */
export const cityOf = (zone: string) => zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");

function partsOf(at: Date, zone: string): Record<string, string> {
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  };
  return Object.fromEntries(format(zone, options).formatToParts(at).map((p) => [p.type, p.value]));
}

/** The value of a datetime-local input, "2026-11-24T09:25", for a unix second. */
export function toLocalInput(unix: number, zone: string): string {
  const part = partsOf(new Date(unix * 1000), zone);
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** The unix second of a datetime-local value read as wall time of the zone. */
export function fromLocalInput(value: string, zone: string): number {
  const wall = Date.parse(value + "Z") / 1000;
  const offset = (unix: number) => Date.parse(toLocalInput(unix, zone) + "Z") / 1000 - Math.floor(unix / 60) * 60;
  // The offset of the first guess is wrong only near a change of clocks; asking
  // again at the corrected instant settles it.
  const guess = wall - offset(wall);
  return wall - offset(guess);
}

const dateTokens: Record<string, Intl.DateTimeFormatOptions> = {
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  day_divider_pretty: { weekday: "long", day: "numeric", month: "long" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Slack's <!date^unix^{date_short} at {time}|fallback> without link and fallback. */
export function slackDate(unix: number, pattern: string, now: Date, zone: string): string {
  const at = new Date(unix * 1000);
  return pattern.replace(/\{(\w+)\}/g, (all, token: string) => {
    if (token === "ago") return ago(at, now);
    const name = token.replace(/_pretty$/, "");
    if (name === "date_num") return isoDay(at, zone);
    if (token !== name && name.startsWith("date")) {
      const title = dayTitle(at, now, zone);
      if (title === "Today" || title === "Yesterday") return title.toLowerCase();
    }
    const options = dateTokens[token] ?? dateTokens[name];
    return options ? format(zone, options).format(at) : all;
  });
}

function ago(at: Date, now: Date): string {
  const minutes = Math.round((at.getTime() - now.getTime()) / 6e4);
  const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 1440) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}
