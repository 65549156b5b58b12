// Every block the page can show. An unknown one is named instead of hidden, so
// that nobody takes a gap for a bug of the bot.

import { useErrorBoundary, useId, useState } from "preact/hooks";
import { ChartBlock } from "./chart";
import { ImageBlock, ImageElement } from "./image";
import { Input } from "./inputs";
import { Interactive } from "./interactive";
import { Markdown } from "./markdown";
import { RichText } from "./richtext";
import { useSurface } from "./surface";
import { DataTable, Table } from "./table";
import { plainOf, Text } from "./text";
import type { Block, Element, LayoutRow, RichPart, StateValue, TextObject } from "./types";

interface Props {
  block: Block;
}

export function Blocks({ blocks }: { blocks: Block[] }) {
  return <div class="blocks">{blocks.map((block, i) => <BlockView block={block} key={block.block_id ?? i} />)}</div>;
}

const views: Record<string, (props: Props) => preact.JSX.Element | null> = {
  section: Section,
  header: Header,
  context: Context,
  divider: () => <hr />,
  actions: Actions,
  context_actions: Actions,
  image: ImageBlock,
  markdown: ({ block }) => <Markdown text={plainOf(block.text)} />,
  rich_text: ({ block }) => <RichText parts={block.elements as RichPart[]} />,
  table: Table,
  data_table: DataTable,
  data_visualization: ChartBlock,
  container: Container,
  card: Card,
  carousel: ({ block }) => <div class="carousel">{(block.elements as Block[]).map((card) => <Card block={card} />)}</div>,
  layout: Layout,
  alert: Alert,
  input: InputBlock,
};

function BlockView({ block }: Props) {
  const View = views[block.type];
  const [broken] = useErrorBoundary();
  return (
    <div class={`block block-${block.type}`} data-block-id={block.block_id} data-block-type={block.type}>
      {View && !broken ? <View block={block} /> : <p class="unknown">This page can't show this block of the type “{block.type}”.</p>}
    </div>
  );
}

function Section({ block }: Props) {
  return (
    <div class={block.accessory?.type === "image" ? "section with-image" : "section"}>
      <div class="section-text">
        <Text of={block.text} />
        {block.fields && <div class="fields">{block.fields.map((field) => <div class="field"><Text of={field} /></div>)}</div>}
      </div>
      {block.accessory && <div class="accessory"><Interactive element={block.accessory} blockId={block.block_id ?? ""} /></div>}
    </div>
  );
}

function Header({ block }: Props) {
  const level = Math.min(4, Number(block.level) || 1);
  return <div class={`header header-${level}`} role="heading" aria-level={level + 2}><Text of={block.text} /></div>;
}

function Context({ block }: Props) {
  return (
    <div class="context">
      {(block.elements as (Element | TextObject)[]).map((piece) =>
        piece.type === "image" ? <ImageElement element={piece as Element} /> : <span><Text of={piece as TextObject} /></span>)}
    </div>
  );
}

function Actions({ block }: Props) {
  return (
    <div class="actions">
      {(block.elements as Element[]).map((element, i) => <Interactive element={element} blockId={block.block_id ?? ""} key={element.action_id ?? i} />)}
    </div>
  );
}

function Container({ block }: Props) {
  const [open, setOpen] = useState(!block.default_collapsed);
  const title = block.rich_text_title ? <RichText parts={block.rich_text_title.elements as RichPart[]} /> : <Text of={block.title} />;
  const head = (
    <>
      {block.icon && <ImageElement element={block.icon} />}
      <span><span class="container-title">{title}</span>{block.subtitle && <span class="subtitle"><Text of={block.subtitle} /></span>}</span>
    </>
  );
  return (
    <section class={`container width-${block.width ?? "standard"}${block.has_header_divider ? " divided" : ""}`}>
      {block.is_collapsible
        ? <button type="button" class="container-head fold" aria-expanded={open} onClick={() => setOpen(!open)}>{head}<span class="caret" aria-hidden="true" /></button>
        : (block.title || block.rich_text_title) && <div class="container-head">{head}</div>}
      {open && <div class="container-body"><Blocks blocks={block.child_blocks ?? []} /></div>}
    </section>
  );
}

function Card({ block }: Props) {
  return (
    <article class="card">
      {block.hero_image && <ImageElement element={block.hero_image} />}
      <div class="card-head">
        {block.icon && <ImageElement element={block.icon} />}
        <span><strong><Text of={block.title} /></strong>{block.subtitle && <span class="subtitle"><Text of={block.subtitle} /></span>}</span>
      </div>
      {block.body && <div class="card-body"><Text of={block.body} /></div>}
      {block.subtext && <div class="subtitle"><Text of={block.subtext} /></div>}
      {block.actions && <div class="actions">{block.actions.map((element) => <Interactive element={element} blockId={block.block_id ?? ""} />)}</div>}
    </article>
  );
}

function Layout({ block }: Props) {
  return (
    <div class={`layout grid-${block.grid_lines ?? "none"}`} role="group" aria-label={block.is_label_visible ? plainOf(block.label) : undefined}>
      {block.is_label_visible && <div class="subtitle">{plainOf(block.label)}</div>}
      {(block.rows as LayoutRow[]).map((row) => (
        <div class="layout-row">
          {row.items.map((item) => <div class={`layout-item ${item.width ?? "standard"} ${item.horizontal_alignment ?? ""}`}><BlockView block={item.block} /></div>)}
        </div>
      ))}
    </div>
  );
}

const alertMarks: Record<string, string> = { info: "i", warning: "!", error: "!", success: "✓", default: "i" };

function Alert({ block }: Props) {
  const level = String(block.level ?? "default");
  return (
    <div class={`alert alert-${level}`} role={level === "error" ? "alert" : "status"}>
      <span class="alert-mark" aria-hidden="true">{alertMarks[level] ?? "i"}</span>
      <div><Text of={block.text} /></div>
    </div>
  );
}

function InputBlock({ block }: Props) {
  const surface = useSurface();
  const id = useId();
  const blockId = block.block_id ?? "";
  const element = block.element!;
  const label = plainOf(block.label);
  const error = surface.errors[blockId];
  const notes = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const onChange = (value: StateValue) => {
    surface.form.set(blockId, element.action_id ?? "", value);
    const { type: _, ...chosen } = value;
    if (block.dispatch_action && !("value" in chosen)) void surface.act(blockId, element, chosen);
  };
  const onDispatch = (trigger: string, value: string) => {
    const wanted = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    if (block.dispatch_action && wanted.includes(trigger)) void surface.act(blockId, element, { value });
  };
  return (
    <div class={error ? "input-block invalid" : "input-block"}>
      <label class="input-label" for={id}>{label}{block.optional && <span class="optional"> (optional)</span>}</label>
      <Input element={element} blockId={blockId} label={label} id={id} invalid={!!error} describedBy={notes} onChange={onChange} onDispatch={onDispatch} />
      {block.hint && <div class="hint" id={`${id}-hint`}>{plainOf(block.hint)}</div>}
      {error && <div class="error" id={`${id}-error`} role="alert">{error}</div>}
    </div>
  );
}
