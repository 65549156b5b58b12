// The coloured squares in front of names, and the app's own mark.

import type { User } from "./types";
import { nameOf } from "./text";

export function AppMark({ size }: { size: number }) {
  return <img class="avatar" src="favicon.svg" width={size} height={size} alt="" />;
}

const palette = ["#2f9e6e", "#1d8fc4", "#d6336c", "#b3690f", "#7a57d1", "#0b8a8a", "#c2410c", "#4668d9", "#8a6d3b", "#a13d9b", "#5c7c1f", "#64748b"];

export function Avatar({ user, size }: { user: User | undefined; size: number }) {
  const name = user ? nameOf(user) : "?";
  const style = {
    width: `${size}px`, height: `${size}px`, fontSize: `${Math.round(size * 0.5)}px`,
    background: colourOf(user), color: inkOn(colourOf(user)),
  };
  return <span class="avatar letter" style={style} aria-hidden="true">{name[0]}</span>;
}

/** Light or dark letters, whichever stand out more. */
function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#1d1c1d" : "#fff";
}

function colourOf(user: User | undefined): string {
  if (user?.color) return user.color.startsWith("#") ? user.color : `#${user.color}`;
  const sum = [...(user?.id ?? "")].reduce((total, letter) => total * 7 + letter.charCodeAt(0), 0);
  return palette[sum % palette.length]!;
}
