// A person's own page, live: a message that comes rings as well as a page can, and its receipt
// tells the gateway that this phone has it.

import { Inbox, Message, request } from "../shared/api";
import { morph } from "../shared/morph";
import { Renderer } from "../shared/mustache";
import { Frame, part, read_state } from "../shared/page";
import { Stream } from "../shared/stream";
import { INBOX_TEMPLATES } from "../shared/templates";
import { Event, reduce, start, view } from "./state";

const renderer = new Renderer(INBOX_TEMPLATES);
const main = part("main");
const echo = part("echo");

let state = start(read_state<Frame & Inbox>());
let is_sending = false;

function dispatch(event: Event): void {
  state = reduce(state, event);
  const what = view(state);
  morph(main, renderer.render("_inbox", what));
  morph(echo, renderer.render("_echo", what));
}

// What is on the screen counts as on the phone; a page in the background shows nothing.
function note_shown(): void {
  if (document.visibilityState !== "visible") return;
  dispatch({ type: "shown", keys: state.messages.map((message) => message.key) });
  void send_receipts();
}

async function send_receipts(): Promise<void> {
  const key = state.receipts[0];
  if (is_sending || key === undefined) return;
  is_sending = true;
  const outcome = await request("POST", "/api/v1/inbox/receipts", { key }, state.csrf);
  is_sending = false;
  if (outcome.kind === "away") {
    setTimeout(() => void send_receipts(), 3_000);
    return;
  }
  dispatch({ type: "receipt_sent", key });
  void send_receipts();
}

async function fetch_list(): Promise<boolean> {
  const outcome = await request<Inbox>("GET", "/api/v1/inbox");
  if (outcome.kind !== "ok") return outcome.kind === "problem";
  dispatch({ type: "list", inbox: outcome.value });
  note_shown();
  return true;
}

function receive(message: Message): void {
  dispatch({ type: "message", message });
  note_shown();
  if (typeof navigator.vibrate === "function") navigator.vibrate([400, 150, 400]);
  document.title = message.title;
}

document.addEventListener("visibilitychange", note_shown);
new Stream("/inbox/events", ["message", "list"], {
  event: (name, data) => {
    if (name === "message") receive(data as Message);
    else if (name === "list") void fetch_list();
  },
  line: (line) => {
    if (line !== state.line) dispatch({ type: "line", line });
  },
  poll: fetch_list,
}).start();
note_shown();
