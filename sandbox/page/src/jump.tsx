// "Go to": one list of all conversations, people to act as and workspaces.

import { Dialog } from "./dialog";
import { Picker } from "./picker";
import { titleOf } from "./selects";
import { useSession } from "./session";
import { nameOf } from "./text";

interface Props {
  onOpen(channel: string): void;
  onActAs(user: string): void;
  onTeam(team: string): void;
  onClose(): void;
}

export function Jump({ onOpen, onActAs, onTeam, onClose }: Props) {
  const session = useSession();
  const { teams, world, me } = session;
  const groups = [
    { label: "Conversations", choices: world.channels.map((c) => ({ key: c.id, label: titleOf(session, c) })) },
    { label: "Act as", choices: world.users.filter((u) => !u.is_bot && !u.deleted && u.id !== me.id).map((u) => ({ key: u.id, label: nameOf(u) })) },
    { label: "Workspaces", choices: teams.filter((t) => t.id !== world.team.id).map((t) => ({ key: t.id, label: t.name })) },
  ].filter((group) => group.choices.length > 0);
  const take = (key: string) => {
    if (session.channel(key)) onOpen(key);
    else if (session.user(key)) onActAs(key);
    else onTeam(key);
  };
  return (
    <Dialog labelledBy="jump-title" className="jump" onEscape={onClose}>
      <div class="dialog-body">
        <h2 id="jump-title">Go to</h2>
        <Picker label="Go to" placeholder="A conversation, a person or a workspace" chosen={[]} groups={groups} openAtOnce
          attributes={{ "data-jump": "" }} onChange={([choice]) => choice && take(choice.key)} onShut={onClose} />
      </div>
    </Dialog>
  );
}
