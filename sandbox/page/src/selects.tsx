// The select menus of Block Kit on top of the listbox: what there is to choose
// from, and the shape of the choice for Slack.

import { nameOf, plainOf } from "./text";
import type { Choice, ChoiceGroup } from "./picker";
import { Picker } from "./picker";
import type { Session } from "./session";
import { useSession } from "./session";
import { useSurface } from "./surface";
import type { Channel, ConversationFilter, Element, Option, OptionGroup, StateValue } from "./types";

export interface ElementProps {
  element: Element;
  blockId: string;
  label: string;
  /** Told after the form holds the new value. */
  onChange(value: StateValue): void;
  id?: string;
  invalid?: boolean;
  describedBy?: string;
  busy?: boolean;
  /** A list of several choices was closed. */
  onShut?(): void;
}

export const isSelect = (type: string) => type.endsWith("_select");

/** How a kind of select lists its choices and names its value. */
interface Kind {
  field: "option" | "user" | "conversation" | "channel";
  groups?(session: Session, element: Element): ChoiceGroup[];
}

const kinds: Record<string, Kind> = {
  static_select: { field: "option", groups: (_, element) => optionGroups(element.option_groups ?? [{ options: element.options ?? [] }]) },
  external_select: { field: "option" },
  users_select: { field: "user", groups: (session) => [{ choices: session.world.users.filter((u) => !u.deleted && !u.is_bot).map(userChoice) }] },
  conversations_select: { field: "conversation", groups: (session, element) => [{ choices: conversations(session, element.filter) }] },
  channels_select: { field: "channel", groups: (session) => [{ choices: session.world.channels.filter((c) => c.kind === "channel").map(channelChoice(session)) }] },
};

export function Select(props: ElementProps) {
  const { element, blockId } = props;
  const session = useSession();
  const surface = useSurface();
  const several = element.type.startsWith("multi_");
  const kind = kinds[element.type.replace(/^multi_/, "")]!;
  const value = surface.form.value(blockId, element);
  const load = kind.groups
    ? undefined
    : async (typed: string) => optionGroups(await session.suggest(surface.place, blockId, element.action_id ?? "", typed));
  return (
    <Picker
      id={props.id} label={props.label} placeholder={plainOf(element.placeholder) || "Choose"} several={several}
      most={element.max_selected_items} least={load && (element.min_query_length ?? 3)} groups={kind.groups?.(session, element)} load={load}
      chosen={chosenOf(session, kind, value, several)} busy={props.busy} invalid={props.invalid} describedBy={props.describedBy}
      attributes={{ "data-action-id": element.action_id, "data-block-id": blockId }}
      onShut={props.onShut}
      onChange={(chosen) => props.onChange(valueOf(element.type, kind, chosen, several))}
    />
  );
}

interface OptionChoice extends Choice {
  option?: Option;
}

const optionChoice = (option: Option): OptionChoice =>
  ({ key: option.value, label: plainOf(option.text), description: plainOf(option.description), option });

const optionGroups = (groups: OptionGroup[]): ChoiceGroup[] =>
  groups.map((group) => ({ label: plainOf(group.label), choices: group.options.map(optionChoice) }));

const userChoice = (user: { id: string; real_name: string; display_name?: string }): Choice => ({ key: user.id, label: nameOf(user) });

const channelChoice = (session: Session) => (channel: Channel): Choice =>
  ({ key: channel.id, label: titleOf(session, channel) });

/** "#payments", or the other side of a direct message. */
export const titleOf = (session: Session, channel: Channel): string =>
  channel.kind === "im" ? titleOfDm(session, channel) : `#${channel.name}`;

export function titleOfDm(session: Session, channel: Channel): string {
  if (session.isApp(channel.user)) return session.world.app.name;
  const user = session.user(channel.user);
  return user ? nameOf(user) : channel.name;
}

function conversations(session: Session, filter: ConversationFilter = {}): Choice[] {
  const wants = (kind: "public" | "private" | "im") => !filter.include || filter.include.includes(kind);
  return session.world.channels
    .filter((c) => (c.kind === "im" ? wants("im") && !(filter.exclude_bot_users && session.isApp(c.user)) : wants("public") || wants("private")))
    .filter((c) => !(filter.exclude_external_shared_channels && c.is_ext_shared))
    .map(channelChoice(session));
}

function chosenOf(session: Session, kind: Kind, value: StateValue, several: boolean): Choice[] {
  const held = several ? value[`selected_${kind.field}s`] : value[`selected_${kind.field}`];
  const list = (Array.isArray(held) ? held : held ? [held] : []) as (Option | string)[];
  return list.map((item) => (typeof item === "string" ? { key: item, label: labelOf(session, item) } : optionChoice(item)));
}

function labelOf(session: Session, id: string): string {
  const user = session.user(id);
  if (user) return nameOf(user);
  const channel = session.channel(id);
  return channel ? channelChoice(session)(channel).label : id;
}

function valueOf(type: string, kind: Kind, chosen: OptionChoice[], several: boolean): StateValue {
  const values = chosen.map((choice) => (kind.field === "option" ? choice.option! : choice.key));
  const field = `selected_${kind.field}`;
  return several ? { type, [`${field}s`]: values } : { type, [field]: values[0] ?? null };
}
