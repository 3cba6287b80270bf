import assert from "node:assert/strict";
import { test } from "node:test";

import { Page, State, news, reduce, start, view } from "@page/walk/state";
import { Walks } from "@page/shared/api";
import { walks } from "@samples/examples";

function page(): State {
  const given: Page = { ...walks, lang: "en", words: {}, csrf: "token" };
  return start(given, Date.parse(walks.now));
}

// As if nothing had passed and nothing had rung.
function before(): Walks {
  return {
    ...walks,
    tests: walks.tests.map((one) => ({
      ...one, rang: [],
      devices: one.devices.map((device) => ({ ...device, is_passed: false })),
    })),
  };
}

test("a tick is felt once", () => {
  const state = page();
  const fresh = reduce(state, { type: "walks", walks: before(), at: 0 });
  assert.equal(news(fresh, state), "tick");
  assert.equal(news(state, state), "none");
});

test("a real alarm is felt, whatever else has changed", () => {
  const fresh = reduce(page(), { type: "walks", walks: before(), at: 0 });
  const rang = [{ rang_line: "real" }];
  const ringing = { ...walks, tests: walks.tests.map((one) => ({ ...one, rang })) };
  const state = reduce(fresh, { type: "walks", walks: ringing, at: 0 });
  assert.equal(news(fresh, state), "alarm");
});

test("the gateway's clock is the one that counts", () => {
  const at = Date.parse(walks.now) - 5_000;
  assert.equal(reduce(page(), { type: "walks", walks, at }).offset, 5_000);
});

test("a broken line and a log-in that has ended are said", () => {
  const broken = reduce(page(), { type: "line", line: "broken" });
  assert.equal(view(broken)["off_line"], true);
  assert.equal(view(reduce(broken, { type: "over" }))["ended"], true);
});
