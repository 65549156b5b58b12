// The two tables of Block Kit. A data_table is sorted and paged here, as Slack's
// client does it; the bot never hears of it.

import { useState } from "preact/hooks";
import { Button } from "./interactive";
import { RichText } from "./richtext";
import type { Block, Cell } from "./types";

type Row = (Cell | null)[];

function CellView({ cell, blockId }: { cell: Cell | null; blockId: string }) {
  if (!cell) return null;
  switch (cell.type) {
    case "rich_text": return <RichText parts={cell.elements ?? []} />;
    case "raw_number": return <>{cell.text ?? cell.value?.toLocaleString("en-GB")}</>;
    case "action_cell": return <Button element={cell.element!} blockId={blockId} />;
    default: return <>{cell.text}</>;
  }
}

export function Table({ block }: { block: Block }) {
  const rows = block.rows as Row[];
  const [head, ...body] = rows;
  const classOf = (row: Row, column: number) => {
    const setting = block.column_settings?.[column];
    const align = setting?.align ?? (row[column]?.type === "raw_number" ? "right" : "left");
    return `align-${align}${setting?.is_wrapped ? " wrapped" : ""}`;
  };
  const blockId = block.block_id ?? "";
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead><tr>{head?.map((cell, i) => <th scope="col" class={classOf(head, i)}><CellView cell={cell} blockId={blockId} /></th>)}</tr></thead>
        <tbody>{body.map((row) => <tr>{row.map((cell, i) => <td class={classOf(row, i)}><CellView cell={cell} blockId={blockId} /></td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

interface Order {
  column: number;
  descending: boolean;
}

export function DataTable({ block }: { block: Block }) {
  const [head = [], ...body] = block.rows as Row[];
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(0);
  const size = block.page_size ?? 5;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const shown = sorted(body, order).slice(page * size, (page + 1) * size);
  const numeric = head.map((_, column) => body.every((row) => row[column]?.type === "raw_number"));
  const sortBy = (column: number) => {
    setOrder({ column, descending: order?.column === column && !order.descending });
    setPage(0);
  };
  return (
    <div class="data-table">
      <div class="table-frame" tabIndex={0} role="region" aria-label={block.caption}>
        <table>
          <caption>{block.caption}</caption>
          <thead>
            <tr>{head.map((cell, column) => (
              <th scope="col" class={numeric[column] ? "align-right" : ""} aria-sort={sortOf(order, column)}>
                <button type="button" class="sort" onClick={() => sortBy(column)}>{cell?.text}<span class="sort-mark" aria-hidden="true" /></button>
              </th>
            ))}</tr>
          </thead>
          <tbody>{shown.map((row) => <DataRow row={row} numeric={numeric} headerColumn={block.row_header_column_index ?? 0} blockId={block.block_id ?? ""} />)}</tbody>
        </table>
      </div>
      {pages > 1 && <Pager page={page} pages={pages} size={size} total={body.length} onPage={setPage} />}
    </div>
  );
}

function DataRow({ row, numeric, headerColumn, blockId }: { row: Row; numeric: boolean[]; headerColumn: number; blockId: string }) {
  return (
    <tr>{row.map((cell, column) => {
      const className = numeric[column] ? "align-right" : "";
      const content = <CellView cell={cell} blockId={blockId} />;
      return column === headerColumn ? <th scope="row" class={className}>{content}</th> : <td class={className}>{content}</td>;
    })}</tr>
  );
}

interface PagerProps {
  page: number;
  pages: number;
  size: number;
  total: number;
  onPage(page: number): void;
}

function Pager({ page, pages, size, total, onPage }: PagerProps) {
  return (
    <div class="pager">
      <span aria-live="polite">{page * size + 1}–{Math.min(total, (page + 1) * size)} of {total}</span>
      <button type="button" class="button small" disabled={page === 0} onClick={() => onPage(page - 1)}>Previous</button>
      <button type="button" class="button small" disabled={page === pages - 1} onClick={() => onPage(page + 1)}>Next</button>
    </div>
  );
}

function sortOf(order: Order | null, column: number): "ascending" | "descending" | "none" {
  if (order?.column !== column) return "none";
  return order.descending ? "descending" : "ascending";
}

function sorted(rows: Row[], order: Order | null): Row[] {
  if (!order) return rows;
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(keyOf(a[order.column]), keyOf(b[order.column])));
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

function keyOf(cell: Cell | null | undefined): number | string {
  if (cell?.type === "raw_number") return cell.value ?? 0;
  return cell?.text ?? textOf(cell?.elements ?? []);
}

function textOf(parts: { text?: string; elements?: unknown[] }[]): string {
  return parts.map((part) => part.text ?? textOf((part.elements ?? []) as { text?: string }[])).join(" ");
}
