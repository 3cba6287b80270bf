// Running clocks. The page shows the gateway's time: a phone whose own clock is wrong still shows
// how long it has been ringing.

export function running(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const sign = milliseconds < 0 && seconds > 0 ? "-" : "";
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes}:${two(seconds % 60)}`;
  return `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

// "02:40:31" where `zone_minutes` is the offset of the community's clocks from UTC.
export function wall_clock(at: number, zone_minutes: number): string {
  return new Date(at + zone_minutes * 60_000).toISOString().slice(11, 19);
}

// Sets every running clock under `root` to what it shows at `now`.
export function tick(root: ParentNode, now: number): void {
  for (const clock of Array.from(root.querySelectorAll(".clock"))) {
    const since = clock.getAttribute("data-since");
    const until = clock.getAttribute("data-until");
    if (since !== null) show(clock, running(Math.max(0, now - Date.parse(since))));
    if (until !== null) {
      const left = Date.parse(until) - now;
      show(clock, left >= 0 ? running(left) : `+${running(-left)}`);
    }
  }
}

function show(clock: Element, text: string): void {
  if (clock.textContent !== text) clock.textContent = text;
}

// How far the gateway's clock is ahead of ours.
export function offset_of(gateway_now: string, our_now: number): number {
  return Date.parse(gateway_now) - our_now;
}
