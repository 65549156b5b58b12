// What is open stands in the address, so that a reload, a second window or a
// link shows the same: team, user, channel, thread, message, tab and panel.

import { useCallback, useEffect, useState } from "preact/hooks";

export type Address = Record<string, string | undefined>;

export type Go = (part: Address) => void;

const read = () => Object.fromEntries(new URLSearchParams(location.search)) as Address;

const queryOf = (address: Address) =>
  "?" + new URLSearchParams(Object.entries(address).filter((entry): entry is [string, string] => !!entry[1]));

export function useAddress(): readonly [Address, Go] {
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const follow = () => setAddress(read());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = useCallback<Go>((part) => {
    history.pushState(null, "", queryOf({ ...read(), ...part }));
    setAddress(read());
  }, []);
  return [address, go];
}

/** A link to a message, for whoever may act as the same person here. */
export const linkTo = (place: { team: string; user: string; channel: string; thread?: string; ts: string }) =>
  location.origin + "/" + queryOf({ team: place.team, user: place.user, channel: place.channel, thread: place.thread, message: "p" + place.ts.replace(".", "") });

/** The ts in a permalink: "p1795420800000100" is 1795420800.000100. */
export const tsOf = (permalink: string | undefined) => permalink?.replace(/^p(\d+)(\d{6})$/, "$1.$2");

const keyOf = (team: string) => `place:${team}`;

/** Who one was in a workspace and what was open there, kept for this tab. */
export const rememberPlace = (team: string, { user, channel, tab }: Address) =>
  sessionStorage.setItem(keyOf(team), JSON.stringify({ user, channel, tab }));

/** The address in a workspace: as it was left, else with nobody chosen yet. */
export function placeIn(team: string): Address {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(team)) ?? "{}") as Address;
  return { team, user: kept.user, channel: kept.channel, tab: kept.tab, thread: undefined, message: undefined };
}
