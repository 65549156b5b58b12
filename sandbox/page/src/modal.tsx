// The stack of modals an app has opened for the acting person. Only the top one
// shows; those below keep what was typed.

import { useId, useRef, useState } from "preact/hooks";
import { AppMark } from "./avatar";
import { Blocks } from "./blocks";
import { Dialog } from "./dialog";
import { check } from "./form";
import { Icon } from "./icons";
import { useSession } from "./session";
import { SurfaceContext, useNewSurface } from "./surface";
import { plainOf } from "./text";
import type { View } from "./types";

export function ModalStack() {
  const { views } = useSession();
  return <>{views.map((view, i) => <Modal view={view} depth={i} hidden={i < views.length - 1} key={view.id} />)}</>;
}

function Modal({ view, depth, hidden }: { view: View; depth: number; hidden: boolean }) {
  const session = useSession();
  const titleId = useId();
  const [found, setFound] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const surface = useNewSurface({ view_id: view.id }, view.blocks, { ...view.errors, ...found });
  const closing = useRef(false); // Escape may be pressed twice
  const close = async () => {
    if (closing.current) return;
    closing.current = true;
    await session.close(view.id);
    closing.current = false;
  };

  const submit = async () => {
    if (busy) return;
    const problems = check(view.blocks, surface.form);
    setFound(problems);
    if (Object.keys(problems).length) return focusBlock(Object.keys(problems)[0]!);
    setBusy(true);
    const ack = await session.submit(view.id, surface.form.values(view.blocks));
    setBusy(false);
    const errors = ack?.payload?.response_action === "errors" ? ack.payload.errors : undefined;
    if (!errors) return;
    setFound(errors);
    focusBlock(Object.keys(errors)[0]!);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLInputElement;
    const singleLine = target.tagName === "INPUT" && target.type !== "checkbox" && target.getAttribute("role") !== "combobox";
    const asked = event.key === "Enter" && (singleLine || event.metaKey || event.ctrlKey);
    if (!asked || !view.submit || event.defaultPrevented) return;
    event.preventDefault();
    void submit();
  };

  return (
    <Dialog labelledBy={titleId} hidden={hidden} asks={view.callback_id} onEscape={close} attributes={{ "data-view-id": view.id, "data-callback-id": view.callback_id }}>
      <div class="dialog-head">
        {depth > 0 ? <button type="button" class="tool" aria-label="Back" onClick={close}><Icon name="back" /></button> : <AppMark size={28} />}
        <h2 id={titleId}>{plainOf(view.title)}</h2>
        <button type="button" class="tool" aria-label="Close" onClick={close}><Icon name="close" /></button>
      </div>
      <div class="dialog-body" aria-busy={busy} onKeyDown={onKeyDown}>
        <SurfaceContext.Provider value={surface}><Blocks blocks={view.blocks} /></SurfaceContext.Provider>
      </div>
      <div class="dialog-foot">
        <span class="dialog-note" role="status">{busy || surface.pending ? "Waiting for the app…" : ""}</span>
        <button type="button" class="button" data-modal-action="close" onClick={close}>{plainOf(view.close) || "Close"}</button>
        {view.submit && (
          <button type="button" class="button primary" data-modal-action="submit" aria-busy={busy} aria-disabled={busy} onClick={submit}>{plainOf(view.submit)}</button>
        )}
      </div>
    </Dialog>
  );
}

/** After errors the person goes on at the first field that needs them. */
function focusBlock(blockId: string) {
  requestAnimationFrame(() => {
    const block = document.querySelector(`[role=dialog] .block[data-block-id="${CSS.escape(blockId)}"]`);
    block?.querySelector<HTMLElement>("input, textarea, button")?.focus();
    block?.scrollIntoView({ block: "nearest" });
  });
}
