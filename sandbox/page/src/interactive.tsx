// Interactive elements outside input blocks: each choice is an action that the
// bot hears of at once.

import { useRef } from "preact/hooks";
import { useConfirm } from "./dialog";
import type { StateValue } from "./types";
import { isStateful } from "./form";
import { Input } from "./inputs";
import { Menu } from "./menu";
import type { Chosen } from "./surface";
import { keyOf, useSurface } from "./surface";
import { plainOf, Plain, Text } from "./text";
import { ImageElement } from "./image";
import type { Element } from "./types";
import { useSession } from "./session";

interface Props {
  element: Element;
  blockId: string;
}

export function Interactive({ element, blockId }: Props) {
  const { me } = useSession();
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(me.id)) return null;
  switch (element.type) {
    case "button": return <Button element={element} blockId={blockId} />;
    case "workflow_button": return <Button element={element} blockId={blockId} />;
    case "overflow": return <Overflow element={element} blockId={blockId} />;
    case "image": return <ImageElement element={element} />;
    default: return isStateful(element) ? <StatefulElement element={element} blockId={blockId} /> : null;
  }
}

/** Acts after the element's confirmation, if it has one, was accepted. */
function useDispatch({ element, blockId }: Props) {
  const surface = useSurface();
  const ask = useConfirm();
  return async (chosen: Chosen, before?: () => void) => {
    if (element.confirm && !(await ask(element.confirm))) return;
    before?.();
    await surface.act(blockId, element, chosen);
  };
}

function usePending({ element, blockId }: Props): boolean {
  return useSurface().pending === keyOf(blockId, element);
}

export function Button(props: Props) {
  const { element, blockId } = props;
  const dispatch = useDispatch(props);
  const pending = usePending(props);
  const shared = {
    class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label, "aria-busy": pending,
    "data-action-id": element.action_id, "data-block-id": blockId,
  };
  const act = () => dispatch(element.value === undefined ? {} : { value: element.value });
  // A link button opens its page and still tells the bot.
  if (element.url) {
    return <a {...shared} href={element.url} target="_blank" rel="noopener noreferrer" onClick={act}><Plain text={plainOf(element.text)} /></a>;
  }
  return (
    <button type="button" {...shared} aria-disabled={pending} onClick={() => !pending && act()}>
      <Plain text={plainOf(element.text)} />
    </button>
  );
}

function Overflow(props: Props) {
  const { element, blockId } = props;
  const dispatch = useDispatch(props);
  const items = (element.options ?? []).map((option) => ({
    key: option.value,
    label: <span><Text of={option.text} />{option.description && <span class="option-description"><Text of={option.description} /></span>}</span>,
    choose: () => {
      if (option.url) window.open(option.url, "_blank", "noopener");
      void dispatch({ selected_option: option });
    },
  }));
  return (
    <Menu label={element.accessibility_label ?? "More actions"} className="button overflow" busy={usePending(props)} items={items}
      attributes={{ "data-action-id": element.action_id, "data-block-id": blockId }}>
      <span aria-hidden="true">•••</span>
    </Menu>
  );
}

/** A list of several choices is sent when it closes, anything else at once. */
function StatefulElement(props: Props) {
  const { element, blockId } = props;
  const surface = useSurface();
  const dispatch = useDispatch(props);
  const changed = useRef<StateValue | null>(null);
  const several = element.type.startsWith("multi_");
  const set = (value: StateValue) => surface.form.set(blockId, element.action_id ?? "", value);
  const send = (value: StateValue) => {
    const { type: _, ...chosen } = value;
    void dispatch(chosen, () => set(value));
  };
  const onChange = (value: StateValue) => {
    if (!several) return send(value);
    changed.current = value;
    set(value);
  };
  const onShut = () => {
    if (changed.current) send(changed.current);
    changed.current = null;
  };
  return (
    <span class="stateful">
      <Input element={element} blockId={blockId} label={plainOf(element.placeholder) || "Choose"} busy={usePending(props)} onChange={onChange} onShut={onShut} />
    </span>
  );
}
