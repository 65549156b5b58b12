// The bar above everything: the business clock with its buttons, and the person
// one acts as.

import { useEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "./avatar";
import { Icon } from "./icons";
import { Menu } from "./menu";
import { useSession } from "./session";
import { nameOf } from "./text";
import { cityOf, clockTime, shortDay } from "./time";
import type { User } from "./types";

export function TopBar({ onActAs }: { onActAs(user: string): void }) {
  return <header class="topbar"><Clock /><ActAs onActAs={onActAs} /></header>;
}

const steps = [
  { by: "next_event", label: "Next event", title: "To the moment at which the app next writes or changes something" },
  { by: "1h", label: "+1 hour", title: "An hour later" },
  { by: "24h", label: "+1 day", title: "A day later" },
  { by: "next_monday", label: "Next Monday 09:00", title: "To the morning of the next weekly report" },
];

function Clock() {
  const { now, zone, advance } = useSession();
  const [moving, setMoving] = useState<string | null>(null);
  const pressed = useRef<HTMLElement | null>(null);
  const move = async (by: string) => {
    pressed.current = document.activeElement as HTMLElement | null;
    setMoving(by);
    await advance(by);
    setMoving(null);
  };
  useEffect(() => {
    // A disabled button loses the focus; it gets it back for the next step.
    if (moving === null && document.activeElement === document.body) pressed.current?.focus();
  }, [moving]);
  return (
    <div class="clock" role="group" aria-label="Sandbox clock" aria-busy={moving !== null} data-region="clock">
      <span class="now" role="timer" aria-label="Time in the sandbox">
        <Icon name="clock" size={18} /><time dateTime={now.toISOString()}>{shortDay(now, zone)}, {clockTime(now, zone)}</time>
        <span class="zone">{cityOf(zone)}</span>
      </span>
      {steps.map(({ by, label, title }) => (
        <button type="button" class="clock-step" title={title} data-clock={by} disabled={moving !== null} aria-busy={moving === by} onClick={() => move(by)} key={by}>{label}</button>
      ))}
      <Menu label="Move the clock" className="clock-step clock-menu" busy={moving !== null} minWidth={200}
        items={steps.map(({ by, label }) => ({ key: by, label, choose: () => void move(by) }))}>Move<span class="caret" aria-hidden="true" /></Menu>
    </div>
  );
}

const roleTitles: Record<string, string> = {
  owner: "Workspace owner", manager: "Manager", member: "Members", guest: "Guest", outsider: "No access in Jira", stranger: "From another company",
};

function ActAs({ onActAs }: { onActAs(user: string): void }) {
  const { me, world } = useSession();
  const roles = [...new Set(world.users.map((user) => user.role))];
  const byRole = world.users.filter((u) => !u.is_bot && !u.deleted).sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
  const items = byRole.map((user) => ({
    key: user.id,
    group: roleTitles[user.role] ?? user.role,
    checked: user.id === me.id,
    label: <PersonLabel user={user} />,
    choose: () => onActAs(user.id),
  }));
  return (
    <Menu label={`You act as ${nameOf(me)}. Change`} className="act-as" items={items} minWidth={300} attributes={{ "data-act-as": me.id }}>
      <Avatar user={me} size={24} /><span class="act-as-name">{nameOf(me)}</span><span class="act-as-role">{me.role}</span><span class="caret" aria-hidden="true" />
    </Menu>
  );
}

function PersonLabel({ user }: { user: User }) {
  return <><Avatar user={user} size={24} /><span>{nameOf(user)}</span><span class="muted">{cityOf(user.tz)}</span></>;
}
