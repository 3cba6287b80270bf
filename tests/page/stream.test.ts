import assert from "node:assert/strict";
import { test } from "node:test";

import { Stream } from "@page/shared/stream";

// A browser in which time passes only when told to, and lines break on command.
class World {
  now = 0;
  timers: { at: number; id: number; run: () => void }[] = [];
  sources: FakeSource[] = [];
  heard: string[] = [];
  answers = true;
  private last = 0;

  constructor() {
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms: number) => {
        this.timers.push({ at: this.now + ms, id: ++this.last, run });
        return this.last;
      },
      clearTimeout: (id: number) => { this.timers = this.timers.filter((one) => one.id !== id); },
      addEventListener: () => undefined,
      document: { addEventListener: () => undefined, visibilityState: "visible" },
      EventSource: FakeSource,
    });
    FakeSource.world = this;
  }

  stream(): Stream {
    return new Stream("/events", ["state"], {
      event: (name, data) => { this.heard.push(`${name} ${JSON.stringify(data)}`); },
      line: (line) => { this.heard.push(line); },
      poll: async () => {
        this.heard.push("asked");
        return this.answers;
      },
    });
  }

  get line(): FakeSource {
    const newest = this.sources[this.sources.length - 1];
    if (newest === undefined) throw new Error("no line was opened");
    return newest;
  }

  // Lets so much time pass; promises settle in between.
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      for (let i = 0; i < 10; ++i) await Promise.resolve();
      const due = this.timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.now = due.at;
      this.timers = this.timers.filter((one) => one !== due);
      due.run();
    }
    this.now = until;
  }

  take(): string[] {
    return this.heard.splice(0);
  }
}

class FakeSource {
  static world: World;
  onopen: () => void = () => undefined;
  onerror: () => void = () => undefined;
  closed = false;
  private readonly listeners = new Map<string, (event: { data: string }) => void>();

  constructor(readonly path: string) {
    FakeSource.world.sources.push(this);
  }
  addEventListener(name: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(name, listener);
  }
  close(): void {
    this.closed = true;
  }
  says(name: string, data = "{}"): void {
    this.listeners.get(name)?.({ data });
  }
}

test("events are handed on as they come", () => {
  const world = new World();
  world.stream().start();
  world.line.onopen();
  world.line.says("state", '{"a":1}');
  assert.deepEqual(world.take(), ["live", "live", 'state {"a":1}']);
});

test("a line that breaks is opened again, with growing patience", async () => {
  const world = new World();
  world.stream().start();
  world.line.onerror();
  assert.ok(world.line.closed);
  await world.pass(1_000);
  assert.equal(world.sources.length, 2);
  world.line.onerror();
  await world.pass(999);
  assert.equal(world.sources.length, 2);
  await world.pass(1_001);
  assert.equal(world.sources.length, 3);
});

test("where events do not get through, it asks now and then instead", async () => {
  const world = new World();
  world.stream().start();
  for (let i = 0; i < 3; ++i) {
    world.line.onerror();
    await world.pass(i < 2 ? 4_000 : 0);
  }
  assert.deepEqual(world.take(), ["asked", "polling"]);
  world.answers = false;
  await world.pass(10_000);
  assert.deepEqual(world.take(), ["asked", "broken"]);
});

test("when events come through again, it stops asking", async () => {
  const world = new World();
  world.stream().start();
  for (let i = 0; i < 3; ++i) {
    world.line.onerror();
    await world.pass(4_000);
  }
  world.line.onopen();
  world.take();
  await world.pass(30_000);
  assert.deepEqual(world.take(), []);
});

test("a line that has gone silent counts as broken", async () => {
  const world = new World();
  world.stream().start();
  world.line.onopen();
  for (let i = 0; i < 10; ++i) {
    await world.pass(15_000);
    world.line.says("beat");
  }
  assert.equal(world.sources.length, 1);
  await world.pass(41_000);
  assert.equal(world.sources.length, 2);
});

test("when the gateway says it is over, it is over", async () => {
  const world = new World();
  world.stream().start();
  world.line.says("over");
  assert.ok(world.line.closed);
  assert.deepEqual(world.take(), ["over {}"]);
  await world.pass(600_000);
  assert.equal(world.sources.length, 1);
});
