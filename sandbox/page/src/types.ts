// The wire shapes this page reads: Slack's Block Kit as the bot sends it, and
// the control surface of the sandbox around it.

export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
  verbatim?: boolean;
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
  url?: string;
}

export interface OptionGroup {
  label?: TextObject;
  options: Option[];
}

export interface Confirm {
  title: TextObject;
  text: TextObject;
  confirm: TextObject;
  deny?: TextObject;
  style?: "primary" | "danger";
}

export interface ConversationFilter {
  include?: ("im" | "mpim" | "private" | "public")[];
  exclude_external_shared_channels?: boolean;
  exclude_bot_users?: boolean;
}

/** Any Block Kit element. The fields that only some types have are optional. */
export interface Element {
  type: string;
  action_id?: string;
  text?: TextObject;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  confirm?: Confirm;
  accessibility_label?: string;
  visible_to_user_ids?: string[];
  placeholder?: TextObject;
  options?: Option[];
  option_groups?: OptionGroup[];
  filter?: ConversationFilter;
  default_to_current_conversation?: boolean;
  min_query_length?: number;
  max_selected_items?: number;
  focus_on_load?: boolean;
  multiline?: boolean;
  min_length?: number;
  max_length?: number;
  is_decimal_allowed?: boolean;
  min_value?: string;
  max_value?: string;
  dispatch_action_config?: { trigger_actions_on?: string[] };
  initial_value?: string;
  initial_option?: Option;
  initial_options?: Option[];
  initial_user?: string;
  initial_users?: string[];
  initial_conversation?: string;
  initial_conversations?: string[];
  initial_channel?: string;
  initial_channels?: string[];
  initial_date?: string;
  initial_time?: string;
  initial_date_time?: number;
  image_url?: string;
  slack_file?: SlackFile;
  alt_text?: string;
}

export interface SlackFile {
  id?: string;
  url?: string;
}

/** A file as Slack's file object describes it. */
export interface SharedFile {
  id: string;
  name: string;
  title?: string;
  mimetype?: string;
  url_private: string;
}

export interface RichStyle {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
  underline?: boolean;
}

/** One piece of a rich text section: text, link, user, channel, emoji, date … */
export interface RichInline {
  type: string;
  text?: string;
  url?: string;
  user_id?: string;
  channel_id?: string;
  usergroup_id?: string;
  name?: string;
  unicode?: string;
  range?: string;
  value?: string;
  timestamp?: number;
  format?: string;
  fallback?: string;
  style?: RichStyle;
}

/** A section, list, quote or preformatted part of a rich_text block. */
export interface RichPart {
  type: string;
  elements: (RichInline | RichPart)[];
  style?: "ordered" | "bullet";
  indent?: number;
  offset?: number;
  border?: number;
}

export interface Cell {
  type: "raw_text" | "raw_number" | "rich_text" | "action_cell";
  text?: string;
  value?: number;
  elements?: RichPart[];
  element?: Element;
}

export interface Series {
  name: string;
  data: { label: string; value: number }[];
}

export interface Chart {
  type: "pie" | "bar" | "line" | "area";
  segments?: { label: string; value: number }[];
  series?: Series[];
  axis_config?: { categories: string[]; x_label?: string; y_label?: string };
}

export interface LayoutRow {
  items: { block: Block; width?: "narrow" | "standard" | "wide"; horizontal_alignment?: string }[];
}

/** Any Block Kit block. The fields that only some types have are optional. */
export interface Block {
  type: string;
  block_id?: string;
  text?: TextObject | string;
  fields?: TextObject[];
  accessory?: Element;
  elements?: (Element | TextObject | RichPart | Block)[];
  element?: Element;
  label?: TextObject | string;
  hint?: TextObject;
  optional?: boolean;
  dispatch_action?: boolean;
  level?: number | string;
  image_url?: string;
  slack_file?: SlackFile;
  alt_text?: string;
  title?: TextObject | string;
  subtitle?: TextObject;
  rich_text_title?: Block;
  caption?: string;
  rows?: (Cell | null)[][] | LayoutRow[];
  column_settings?: ({ align?: "left" | "center" | "right"; is_wrapped?: boolean } | null)[];
  page_size?: number;
  row_header_column_index?: number;
  chart?: Chart;
  child_blocks?: Block[];
  icon?: Element;
  width?: string;
  is_collapsible?: boolean;
  default_collapsed?: boolean;
  has_header_divider?: boolean;
  hero_image?: Element;
  body?: TextObject;
  subtext?: TextObject;
  actions?: Element[];
  is_label_visible?: boolean;
  grid_lines?: string;
}

export interface Message {
  channel: string;
  ts: string;
  thread_ts?: string;
  user?: string;
  bot_id?: string;
  username?: string;
  text: string;
  blocks?: Block[];
  edited?: { ts: string };
  ephemeral_to?: string;
  files?: SharedFile[];
}

export interface View {
  id: string;
  type: "modal" | "home";
  hash?: string;
  callback_id?: string;
  title?: TextObject;
  close?: TextObject;
  submit?: TextObject;
  blocks: Block[];
  errors?: Record<string, string>;
}

/** The chosen value of one input, in the shape of Slack's view.state.values. */
export interface StateValue {
  type: string;
  value?: string | null;
  selected_option?: Option | null;
  selected_options?: Option[];
  selected_user?: string | null;
  selected_users?: string[];
  selected_conversation?: string | null;
  selected_conversations?: string[];
  selected_channel?: string | null;
  selected_channels?: string[];
  selected_date?: string | null;
  selected_time?: string | null;
  selected_date_time?: number | null;
}

/** block_id → action_id → value */
export type StateValues = Record<string, Record<string, StateValue>>;

export interface User {
  id: string;
  name: string;
  real_name: string;
  display_name?: string;
  tz: string;
  role: string;
  color?: string;
  is_bot?: boolean;
  deleted?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "im";
  topic?: string;
  members: string[];
  is_ext_shared?: boolean;
  /** the other side of a direct message */
  user?: string;
  last_ts?: string;
}

export interface Command {
  command: string;
  description: string;
  usage_hint?: string;
}

export interface Shortcut {
  callback_id: string;
  name: string;
  description?: string;
}

export interface Team {
  id: string;
  name: string;
  domain: string;
  /** Whether the app is installed there; absent means yes. */
  installed?: boolean;
}

export interface World {
  team: Team;
  now: string;
  me: string;
  app: { id: string; name: string; bot_user_id: string; bot_id: string };
  users: User[];
  channels: Channel[];
  commands: Command[];
  shortcuts: Shortcut[];
  files?: SharedFile[];
}

/** Where an interactive element stands. */
export type Place = { channel: string; ts: string } | { view_id: string };

/** What the sandbox answers once the bot acknowledged, or did not. */
export interface Ack {
  acked: boolean;
  error?: string;
  ms?: number;
  payload?: {
    response_action?: string;
    errors?: Record<string, string>;
    options?: Option[];
    option_groups?: OptionGroup[];
  } | null;
}

export type Change =
  | { kind: "message"; channel: string; ts: string; deleted?: boolean }
  | { kind: "modal" | "home" | "channels" }
  | { kind: "clock"; now: string }
  | { kind: "notice"; text: string };
