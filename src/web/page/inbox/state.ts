// A person's own page as one object, changed by one function.

import { Inbox, Message } from "../shared/api";
import { Frame } from "../shared/page";
import { Line } from "../shared/stream";

export const MESSAGES_MAX = 100;

export interface State {
  words: Frame["words"];
  csrf: string;
  messages: readonly Message[];  // Newest first.
  receipts: readonly string[];   // Keys of shown messages whose receipt is still to be sent.
  sent: readonly string[];       // Keys whose receipt is with the gateway.
  line: Line;
}

export type Event =
  | { type: "list"; inbox: Inbox }
  | { type: "message"; message: Message }
  | { type: "shown"; keys: readonly string[] }
  | { type: "receipt_sent"; key: string }
  | { type: "line"; line: Line };

export function start(page: Frame & Inbox): State {
  return {
    words: page.words, csrf: page.csrf, messages: page.messages, receipts: [], sent: [],
    line: "live",
  };
}

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "list": return { ...state, csrf: event.inbox.csrf, messages: event.inbox.messages };
    case "message": {
      const others = state.messages.filter((message) => message.key !== event.message.key);
      return { ...state, messages: [event.message, ...others].slice(0, MESSAGES_MAX) };
    }
    case "shown": {
      const fresh = event.keys.filter((key) =>
        key !== "" && !state.receipts.includes(key) && !state.sent.includes(key));
      return fresh.length === 0 ? state : { ...state, receipts: [...state.receipts, ...fresh] };
    }
    case "receipt_sent":
      return {
        ...state, receipts: state.receipts.filter((key) => key !== event.key),
        sent: [...state.sent, event.key],
      };
    case "line": return { ...state, line: event.line };
  }
}

export function view(state: State): { readonly [name: string]: unknown } {
  return { words: state.words, messages: state.messages, off_line: state.line === "broken" };
}
