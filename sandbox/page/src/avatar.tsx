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
    background: colourOf(user),
  };
  return <span class="avatar letter" style={style} aria-hidden="true">{name[0]}</span>;
}

function colourOf(user: User | undefined): string {
  if (user?.color) return user.color.startsWith("#") ? user.color : `#${user.color}`;
  const sum = [...(user?.id ?? "")].reduce((total, letter) => total * 7 + letter.charCodeAt(0), 0);
  return palette[sum % palette.length]!;
}
