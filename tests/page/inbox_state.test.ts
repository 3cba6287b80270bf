import assert from "node:assert/strict";
import { test } from "node:test";

import { Event, MESSAGES_MAX, State, reduce, start } from "@page/inbox/state";
import { Message } from "@page/shared/api";
import { inbox } from "@samples/examples";

function after(...events: Event[]): State {
  return events.reduce(reduce, start({ ...inbox, messages: [], lang: "en", words: {} }));
}

function message(key: string): Event {
  return { type: "message", message: { ...(inbox.messages[0] as Message), key } };
}

test("a new message stands on top, and a repeat stands there once", () => {
  const state = after(message("a"), message("b"), message("a"));
  assert.deepEqual(state.messages.map((one) => one.key), ["a", "b"]);
});

test("the page does not grow without end", () => {
  const many = Array.from({ length: MESSAGES_MAX + 5 }, (_, i) => message(`m${i}`));
  assert.equal(after(...many).messages.length, MESSAGES_MAX);
});

test("each shown message gets one receipt, however often it is shown", () => {
  const shown: Event = { type: "shown", keys: ["a", "", "b"] };
  const state = after(shown, shown, { type: "receipt_sent", key: "a" }, shown);
  assert.deepEqual(state.receipts, ["b"]);
  assert.deepEqual(state.sent, ["a"]);
});

test("a fetched list takes the place of what was there", () => {
  const state = after(message("old"), { type: "list", inbox });
  assert.deepEqual(state.messages, inbox.messages);
});
