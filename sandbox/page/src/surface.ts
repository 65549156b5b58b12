// A surface is what carries blocks: a message, a modal or the Home tab. Its
// interactive elements reach the bot through it.

import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Form } from "./form";
import { useForm } from "./form";
import { useSession } from "./session";
import type { Block, Element, Place, StateValue } from "./types";

export interface Surface {
  place: Place;
  form: Form;
  /** block_id → what to do, shown below the inputs. */
  errors: Record<string, string>;
  /** The block_id and action_id that wait for the bot, joined by a slash. */
  pending: string | null;
  act(blockId: string, element: Element, chosen?: Chosen): Promise<void>;
}

export type Chosen = Record<string, unknown>;

export const SurfaceContext = createContext<Surface>(null as unknown as Surface);
export const useSurface = () => useContext(SurfaceContext);

export const keyOf = (blockId: string, element: Element) => `${blockId}/${element.action_id ?? ""}`;

export function useNewSurface(place: Place, blocks: Block[], errors: Record<string, string> = {}): Surface {
  const session = useSession();
  const form = useForm();
  const [pending, setPending] = useState<string | null>(null);
  const act: Surface["act"] = async (blockId, element, chosen = {}) => {
    const held = { ...chosen, type: element.type } as StateValue;
    const values = form.values(blocks);
    if (values[blockId]?.[element.action_id ?? ""]) values[blockId]![element.action_id ?? ""] = held;
    setPending(keyOf(blockId, element));
    await session.click(place, { ...element, ...chosen, block_id: blockId }, values);
    setPending(null);
  };
  return { place, form, errors, pending, act };
}
