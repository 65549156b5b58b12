// The same echo as Headway's in the benchmark, on Slack's Bolt.
import bolt from "@slack/bolt";

const quiet = { debug() {}, info() {}, warn() {}, error: console.error, setLevel() {}, getLevel: () => "error", setName() {} };
const clientOptions = { slackApiUrl: process.env.SLACK_API_URL };
const receiver = new bolt.SocketModeReceiver({ appToken: process.env.SLACK_APP_TOKEN, logger: quiet, installerOptions: { clientOptions } });
const app = new bolt.App({ token: process.env.SLACK_BOT_TOKEN, receiver, clientOptions, logger: quiet });

app.command("/headway", async ({ command, ack }) => ack({ text: `You said ${command.text}` }));
await app.start();
console.log("ready");
