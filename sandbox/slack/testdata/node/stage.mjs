// What the scripts share: the sandbox's addresses, its control surface, and a
// step that says what worked.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const line = JSON.parse(process.env.SANDBOX_LINE);

export const quiet = { debug() {}, info() {}, warn() {}, error: console.error, setLevel() {}, getLevel: () => "error", setName() {} };

export function ran(name) {
  console.log(`${name} ${require(`${name}/package.json`).version}, node ${process.version}`);
}

export async function step(name, body) {
  try {
    await body();
  } catch (error) {
    console.error(`not ok: ${name}\n${error?.stack ?? error}`);
    process.exit(1);
  }
  console.log(`ok: ${name}`);
}

export async function control(verb, body) {
  const answer = await fetch(`${line.control_url}/${verb}`, { method: "POST", body: JSON.stringify(body) });
  const out = await answer.json();
  assert.equal(answer.status, 200, `${verb}: ${JSON.stringify(out)}`);
  return out;
}

export async function look(path) {
  return (await fetch(`${line.control_url}/${path}`)).json();
}

export const slash = (text) => control("slash", { channel: "C01PAY", user: "U03ADA", command: "/headway", text });

export async function topView() {
  const { views } = await look("modal?user=U03ADA");
  return views.at(-1);
}

export async function noViolations() {
  const { violations } = await look("violations");
  assert.deepEqual(violations, []);
}

// next resolves with what an emitter sends next under a name.
export function next(emitter, name) {
  return new Promise((resolve) => emitter.once(name, resolve));
}

export const plain = (text) => ({ type: "plain_text", text });

export const modal = {
  type: "modal", callback_id: "form", title: plain("Form"), submit: plain("Save"), private_metadata: "m",
  blocks: [{ type: "input", block_id: "name", label: plain("Name"), element: { type: "plain_text_input", action_id: "value" } }],
};

export const question = [
  { type: "actions", block_id: "row", elements: [{ type: "button", action_id: "ok", value: "42", text: plain("OK") }] },
  { type: "actions", block_id: "pick", elements: [{ type: "external_select", action_id: "epic", min_query_length: 1, placeholder: plain("Epic") }] },
];

export const home = { type: "home", blocks: [{ type: "section", text: { type: "mrkdwn", text: "*Hello*" } }] };
