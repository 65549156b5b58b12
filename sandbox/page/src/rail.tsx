// The rail at the left edge: workspaces, panels, and what concerns the page
// itself.

import { Icon } from "./icons";
import { useSession } from "./session";

export type Panel = "home" | "activity";

interface Props {
  panel: Panel;
  onPanel(panel: Panel): void;
  onTeam(id: string): void;
  onJump(): void;
  onKeys(): void;
  theme: string;
  onTheme(): void;
}

export function Rail({ panel, onPanel, onTeam, onJump, onKeys, theme, onTheme }: Props) {
  const { teams, world } = useSession();
  const item = (key: Panel, name: string) => (
    <button type="button" class="rail-item" aria-pressed={panel === key} onClick={() => onPanel(key)}>
      <span class="rail-icon"><Icon name={key} /></span>{name}
    </button>
  );
  return (
    <nav class="rail" aria-label="Workspaces and panels" data-region="rail">
      <div class="teams" role="group" aria-label="Workspaces">
        {teams.map(({ id, name }, i) => (
          <button type="button" class={`team-mark team-${i % 4}`} aria-label={name} title={name} aria-current={id === world.team.id ? "true" : undefined} data-team-id={id} onClick={() => onTeam(id)} key={id}>
            {name[0]}
          </button>
        ))}
      </div>
      {item("home", "Home")}
      {item("activity", "Activity")}
      <button type="button" class="rail-item" onClick={onJump}><span class="rail-icon"><Icon name="search" /></span>Go to</button>
      <button type="button" class="rail-item rail-end" aria-label="Keyboard shortcuts" onClick={onKeys}><span class="rail-icon"><Icon name="keys" /></span>Keys</button>
      <button type="button" class="rail-item" aria-label={`Use the ${theme === "dark" ? "light" : "dark"} theme`} onClick={onTheme}>
        <span class="rail-icon"><Icon name="theme" /></span>Theme
      </button>
    </nav>
  );
}
