// A live line to the gateway: events as they happen; with growing patience when the line breaks;
// by asking now and then where a proxy or an old phone does not let events through.

export type Line = "live" | "polling" | "broken";

export interface Listener {
  event(name: string, data: unknown): void;
  line(state: Line): void;
  // Asks for the state as it is now; false if the line is down.
  poll(): Promise<boolean>;
}

// How long to wait before the n-th try (1, 2, ...), with a draw of chance in 0..1 so that phones
// do not all come back in the same second.
export function patience_ms(tries: number, chance: number): number {
  const full = Math.min(30_000, 1_000 * 2 ** Math.min(tries - 1, 10));
  return Math.round(full * (0.5 + chance / 2));
}

const POLL_AFTER_FAILURES = 3;
const POLL_MS = 10_000;
// The gateway says something at least every 15 s; longer silence is a dead line.
const SILENCE_MS = 40_000;

export class Stream {
  private source: EventSource | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private polling = false;
  private ended = false;

  constructor(
    private readonly path: string, private readonly names: readonly string[],
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.open();
    addEventListener("online", () => this.retry_now());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.retry_now();
    });
  }

  private open(): void {
    if (this.ended || this.source !== null) return;
    const source = new EventSource(this.path);
    this.source = source;
    for (const name of this.names) {
      source.addEventListener(name, (event) => {
        this.heard();
        this.listener.event(name, JSON.parse((event as MessageEvent<string>).data));
      });
    }
    source.addEventListener("beat", () => this.heard());
    source.addEventListener("over", () => this.end());
    source.onopen = () => this.heard();
    source.onerror = () => this.failed();
    this.heard_by();
  }

  private heard(): void {
    this.failures = 0;
    this.listener.line("live");
    this.heard_by();
  }

  private heard_by(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.failed(), SILENCE_MS);
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.silence);
    this.source?.close();
    this.listener.event("over", {});
  }

  private failed(): void {
    clearTimeout(this.silence);
    this.source?.close();
    this.source = null;
    this.failures += 1;
    this.wait(patience_ms(this.failures, Math.random()));
    if (this.failures >= POLL_AFTER_FAILURES) void this.poll();
  }

  private wait(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), milliseconds);
  }

  // Asks now and then for as long as events do not get through.
  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    while (!this.ended && this.failures >= POLL_AFTER_FAILURES) {
      const answered = await this.listener.poll();
      if (this.failures >= POLL_AFTER_FAILURES) this.listener.line(answered ? "polling" : "broken");
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    this.polling = false;
  }

  private retry_now(): void {
    if (this.ended || this.source !== null) return;
    this.wait(0);
  }
}
