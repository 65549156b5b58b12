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
  return <div class="topbar"><Clock /><ActAs onActAs={onActAs} /></div>;
}

const steps = [
  { by: "1h", label: "+1 hour" },
  { by: "24h", label: "+1 day" },
  { by: "next_monday", label: "Next Monday 09:00" },
];

function Clock() {
  const { now, zone, advance } = useSession();
  const [moving, setMoving] = useState<string | null>(null);
  const pressed = useRef<HTMLButtonElement | null>(null);
  const move = async (by: string, button: HTMLButtonElement) => {
    pressed.current = button;
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
      {steps.map(({ by, label }) => (
        <button type="button" class="clock-step" data-clock={by} disabled={moving !== null} aria-busy={moving === by} onClick={(event) => move(by, event.currentTarget)} key={by}>{label}</button>
      ))}
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
